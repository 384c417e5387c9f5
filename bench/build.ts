/** The build that is measured: the app as it stands, and one page more to compare with. The production app has no such page. */
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { NOT_BUILT, sourceHash, SOURCES } from '../cli/build-output.mjs'
import { ROOT, run } from '../cli/run.mjs'
import { withoutSettings } from '../cli/sandbox-settings.mjs'

const COPY = join(ROOT, '.data/bench/app')
/** Next takes the folder with the lock file for the root, so the copy's server lies as deep in its output as the copy itself. */
const STANDALONE = join(COPY, '.next/standalone', relative(ROOT, COPY))
const SERVER = join(STANDALONE, 'server.js')
const STAMP = join(STANDALONE, '.built-from')
const HELLO = join(import.meta.dirname, 'hello-page.tsx')

/** Without the lock file: with one, the copy would be a root of its own, and node_modules lies further up. */
const copied = SOURCES.filter((source) => source !== 'package-lock.json' && !source.startsWith('cli/'))

/** Builds, unless there is a build of these very sources; gives its server. */
export async function buildWithHello(say: (words: string) => void): Promise<string> {
  const hash = createHash('sha256').update(sourceHash()).update(readFileSync(HELLO)).update(readFileSync(import.meta.filename)).digest('hex')
  await run('prisma', ['generate'], { quiet: true })
  if (existsSync(SERVER) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return SERVER
  say('Building the app with the hello page (about half a minute, only when something has changed) …')
  rmSync(COPY, { recursive: true, force: true })
  for (const source of [...copied, 'prisma/generated', 'package.json']) {
    const from = join(ROOT, source)
    if (!existsSync(from)) continue
    mkdirSync(dirname(join(COPY, source)), { recursive: true })
    cpSync(from, join(COPY, source), { recursive: true, filter: (file) => !NOT_BUILT.test(relative(ROOT, file)) })
  }
  mkdirSync(join(COPY, 'app/hello'))
  cpSync(HELLO, join(COPY, 'app/hello/page.tsx'))
  await run('next', ['build'], { cwd: COPY, env: { ...withoutSettings(), NODE_ENV: 'production' }, quiet: true })
  cpSync(join(COPY, '.next/static'), join(STANDALONE, '.next/static'), { recursive: true })
  cpSync(join(COPY, 'public'), join(STANDALONE, 'public'), { recursive: true })
  for (const name of readdirSync(STANDALONE)) if (/^\.env(\.|$)/.test(basename(name))) rmSync(join(STANDALONE, name))
  writeFileSync(STAMP, hash)
  return SERVER
}
