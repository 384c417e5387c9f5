/** The production build: making it, and knowing whether it still fits the sources. */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { ROOT, run } from './run.mjs'
import { withoutSettings } from './sandbox-settings.mjs'

const STANDALONE = path.join(ROOT, '.next/standalone')
const STAMP = path.join(STANDALONE, '.built-from')
export const SERVER = path.join(STANDALONE, 'server.js')

/** What a build is made of. Tests are not in it. */
export const SOURCES = ['app', 'components', 'lib', 'messages', 'public', 'prisma/schema.prisma', 'proxy.ts', 'instrumentation.ts', 'next.config.js', 'next.config.ts', 'postcss.config.mjs', 'designsystemet.config.json', 'tsconfig.json', 'package-lock.json', 'cli/build-output.mjs']
/** All that a build is: neither our sources nor a file of the builder's. */
const BELONGS = ['.next', 'node_modules', 'package.json', 'public', 'server.js']
export const NOT_BUILT = /\.test\.tsx?$|^lib\/testing\//

export function sourceHash() {
  const hash = createHash('sha256').update(process.platform + process.arch)
  const add = (file) => {
    const at = path.join(ROOT, file)
    if (!fs.existsSync(at) || NOT_BUILT.test(file)) return
    if (fs.statSync(at).isDirectory()) for (const name of fs.readdirSync(at).sort()) add(`${file}/${name}`)
    else hash.update(`\n${file}\n`).update(fs.readFileSync(at))
  }
  SOURCES.forEach(add)
  return hash.digest('hex')
}

/** The server goes to its own folder before anything of ours runs. Files named in settings are looked for where it was started. */
const REMEMBER = 'process.env.SALDOSYN_STARTED_IN ??= process.cwd()\n'

export const hasBuild = () => fs.existsSync(SERVER) && fs.existsSync(STAMP)

/** Builds, unless there is a build of these very sources. */
export async function ensureBuild({ say = () => {}, quiet = true } = {}) {
  if (hasBuild() && fs.readFileSync(STAMP, 'utf8') === sourceHash()) return
  say('Building the app (about half a minute, only when something has changed) …')
  await build({ quiet })
}

/** Prisma's client, Next's standalone server, and beside it the files that Next leaves out. Needs no setting and no database. */
export async function build({ quiet = false } = {}) {
  const hash = sourceHash()
  const env = { ...withoutSettings(), NODE_ENV: 'production' }
  fs.rmSync(STANDALONE, { recursive: true, force: true })
  await run('prisma', ['generate'], { env, quiet: true })
  await run('next', ['build'], { env, quiet })
  fs.cpSync(path.join(ROOT, '.next/static'), path.join(STANDALONE, '.next/static'), { recursive: true })
  if (fs.existsSync(path.join(ROOT, 'public'))) fs.cpSync(path.join(ROOT, 'public'), path.join(STANDALONE, 'public'), { recursive: true })
  // Next copies the builder's .env files along: a build holds no settings.
  for (const name of fs.readdirSync(STANDALONE)) if (/^\.env(\.|$)/.test(name)) fs.rmSync(path.join(STANDALONE, name))
  fs.writeFileSync(SERVER, REMEMBER + fs.readFileSync(SERVER, 'utf8'))
  const strangers = fs.readdirSync(STANDALONE).filter((name) => !BELONGS.includes(name))
  if (strangers.length > 0) throw new Error(`It would hold what is not the server's: ${strangers.join(', ')}. A file that is opened by an unknown name makes Next take the whole project along.`)
  fs.writeFileSync(STAMP, hash)
}

/** A copy of the build for a run that lasts: a later build must not pull the files from under it. Gives its server. */
export function keepBuild(dir) {
  const stamp = path.join(dir, path.basename(STAMP))
  if (!fs.existsSync(stamp) || fs.readFileSync(stamp, 'utf8') !== fs.readFileSync(STAMP, 'utf8')) {
    fs.rmSync(dir, { recursive: true, force: true })
    fs.cpSync(STANDALONE, dir, { recursive: true, verbatimSymlinks: true, filter: (from) => from !== STAMP })
    fs.copyFileSync(STAMP, stamp)
  }
  return path.join(dir, path.basename(SERVER))
}
