import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, run } from '../../../cli/run.mjs'
import type { Counts } from '../report.ts'
import { suite } from '../suite.ts'
import { bugs, type Bug } from './bugs.ts'

const BOX = join(ROOT, '.data/torture/planted')
/** What a copy needs so that the core, its tests and the torture run in it. */
const TREE = ['app', 'bench', 'cli', 'components', 'e2e', 'lib', 'messages', 'prisma', 'sandbox', 'package.json', 'prisma.config.ts', 'tsconfig.json', 'vitest.config.ts', 'proxy.ts', 'instrumentation.ts']

/** The tree as it stands, with one mistake in it. Throws when the place of the mistake is not there any more. */
function plant({ name, file, replace, by }: Bug, nr: number): string {
  const at = join(BOX, String(nr))
  rmSync(at, { recursive: true, force: true })
  mkdirSync(at, { recursive: true })
  for (const one of TREE) cpSync(join(ROOT, one), join(at, one), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(at, 'node_modules'))
  const text = readFileSync(join(at, file), 'utf8')
  if (text.split(replace).length !== 2) throw new Error(`«${name}» cannot be planted: ${file} has changed`)
  writeFileSync(join(at, file), text.replace(replace, () => by))
  return at
}

type Caught = { readonly names: readonly string[] }
const read = <T>(file: string): T | null => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T
  } catch {
    return null
  }
}

/** Runs the narrow suite in the copy; the names of what failed there. */
async function seek({ catcher }: Bug, at: string, databaseEnv: Readonly<Record<string, string>>): Promise<Caught> {
  const out = join(at, 'found.json')
  if ('test' in catcher) {
    await run('vitest', ['run', catcher.test, '--reporter=json', `--outputFile.json=${out}`], { cwd: at, env: { ...databaseEnv, NODE_ENV: 'test' }, quiet: true }).catch(() => undefined)
    const report = read<{ testResults: { assertionResults: { fullName: string; status: string }[] }[] }>(out)
    return { names: (report?.testResults ?? []).flatMap(({ assertionResults }) => assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName)) }
  }
  const amounts = (catcher.amounts ?? []).flatMap((amount) => ['--amount', amount])
  const narrow = catcher.narrow === undefined ? [] : ['--narrow', catcher.narrow]
  await run('node', ['--import', './bench/resolve.ts', 'bench/torture/torture.ts', '--part', '--only', catcher.suite, ...narrow, ...amounts, '--json', out], { cwd: at, quiet: true }).catch(() => undefined)
  const counts = read<{ invariants: Counts }>(out)?.invariants ?? {}
  return { names: Object.entries(counts).flatMap(([what, { violated }]) => (violated > 0 ? [what] : [])) }
}

/** The tests are tried, not the code. */
export const plantedBugs = suite({
  name: 'planted bugs',
  about: 'mistakes that somebody could make, each planted in a copy of the tree: the test that is there for it finds it',
  seconds: { full: 150, part: 30 },
  amounts: { full: { bugs: 100, atOnce: 2 }, part: { bugs: 2, atOnce: 2 } },
  async run({ amounts, narrow, report, random, databaseEnv, say }) {
    const meant = narrow === null ? bugs : bugs.filter(({ name }) => name.includes(narrow))
    // In the short run, two that a test finds: those are quick.
    const quick = (bug: Bug) => Number('suite' in bug.catcher) + random(bug.name).next()
    const due = amounts.bugs >= meant.length ? [...meant] : [...meant].sort((a, b) => quick(a) - quick(b)).slice(0, amounts.bugs)
    report.figure('bugs planted', due.length)
    await Promise.all(Array.from({ length: amounts.atOnce }, async () => {
      for (let bug = due.shift(); bug; bug = due.shift()) {
        const { name, caughtBy } = bug
        const at = plant(bug, bugs.indexOf(bug) + 1)
        const { names } = await seek(bug, at, databaseEnv)
        const finder = names.find((it) => it.includes(caughtBy))
        report.check('every planted bug is found by the test that is there for it', finder !== undefined, () => `«${name}» was not found by «${caughtBy}»; what failed: ${names.join('; ') || 'nothing'}`)
        if (finder !== undefined) say(`«${name}» was found by: ${finder}`)
        rmSync(at, { recursive: true, force: true })
      }
    }))
  },
})
