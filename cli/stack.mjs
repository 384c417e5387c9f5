/** The whole product on this machine: PostgreSQL, migrations, sandbox and app. For the demo, for development and for tests. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { ensureBuild, keepBuild, SERVER } from './build-output.mjs'
import { startPostgres } from './embedded-postgres.mjs'
import { migrateDatabase } from './migrate-database.mjs'
import { ROOT, run, serve } from './run.mjs'
import { sandboxKeys } from './sandbox-keys.mjs'
import { appSettings, registration, withoutSettings } from './sandbox-settings.mjs'
import { settingFrom } from './setting.mjs'
import { banksSetting, secondOrigin, withFjordbanken } from './two-banks.mjs'

const KEPT = path.join(ROOT, '.data')
const TEST_LOGS = path.join(ROOT, 'test-results/logs')

/**
 * @param {{
 *   port: number, sandboxPort: number, dev?: boolean, throwaway?: boolean, twoBanks?: boolean, altinn2?: boolean, server?: string,
 *   env?: Record<string, string>, postgres?: Record<string, string>, logs?: string,
 *   say?: (words: string) => void, onStarted?: (child: { name: string, pid: number, signal?: NodeJS.Signals, group?: boolean }) => void,
 *   onExit?: (name: string, how: string) => void, onStop?: (stop: () => Promise<void>) => void,
 * }} options
 *   `env`: settings of the app beside or instead of the usual; `postgres`: lines of postgresql.conf for an embedded
 *   server; `throwaway`: nothing is kept, and nothing kept is touched;
 *   `twoBanks`: a second bank beside the first, in the same app; `altinn2`: consents are asked for in Altinn 2;
 *   `server`: a build to run, instead of the one in .next;
 *   `onStop` is given, at once, the way to stop what has been started so far
 */
export async function startStack({ port, sandboxPort, dev = false, throwaway = false, twoBanks = false, altinn2 = false, server: given, env = {}, postgres = {}, logs = throwaway ? TEST_LOGS : path.join(KEPT, 'logs'), say = () => {}, onStarted = () => {}, onExit = () => {}, onStop = () => {} }) {
  const stops = []
  const stop = async () => { for (const one of stops.splice(0).reverse()) await one() }
  const log = { app: path.join(logs, 'app.log'), sandbox: path.join(logs, 'sandbox.log'), postgres: path.join(logs, 'postgres.log') }
  fs.mkdirSync(logs, { recursive: true })
  try {
    onStop(stop)
    const appUrl = `http://localhost:${port}`
    const sandboxUrl = `http://127.0.0.1:${sandboxPort}`
    say('Starting the database …')
    const database = await openDatabase({ throwaway, log: log.postgres, settings: postgres })
    stops.push(database.stop)
    if (database.pid && !database.attached) onStarted({ name: 'PostgreSQL', pid: database.pid, signal: 'SIGINT' })
    await migrateDatabase(database)

    if (dev) await run('prisma', ['generate'], { quiet: true })
    else if (!given) await ensureBuild({ say })
    const server = given ?? (dev || throwaway ? SERVER : keepBuild(path.join(KEPT, 'app')))

    const keys = await sandboxKeys(throwaway ? undefined : path.join(KEPT, 'keys.json'))
    const box = fs.mkdtempSync(path.join(os.tmpdir(), 'saldosyn-registration-'))
    const register = path.join(box, 'registration.json')
    const more = twoBanks ? await sandboxKeys(throwaway ? undefined : path.join(KEPT, 'keys-fjordbanken.json')) : null
    const first = registration({ appUrl, keys, altinn2 })
    fs.writeFileSync(register, JSON.stringify(more ? withFjordbanken(first, more) : first), { mode: 0o600 })

    const start = async (options) => {
      const child = await serve({ ...options, onExit })
      stops.push(child.stop)
      onStarted({ name: options.name, pid: child.pid, group: process.platform !== 'win32' })
    }
    say('Starting the sandbox: log-in, consent and Lånekassen …')
    await start({
      name: 'The sandbox', args: ['sandbox/server.ts'], log: log.sandbox, ready: `${sandboxUrl}/`, remove: box,
      env: { ...withoutSettings(), SANDBOX_PORT: String(sandboxPort), SANDBOX_HOST: '127.0.0.1', SANDBOX_REGISTRATION: register, ...(!throwaway && { SANDBOX_STATE: path.join(KEPT, 'sandbox.json') }) },
    })
    say('Starting the app …')
    const alone = appSettings({ appUrl, sandboxUrl, databaseUrl: database.appUrl, ownerUrl: database.ownerUrl, keys, altinn2 })
    const settings = more ? { ...alone, BANKS: banksSetting(alone, more) } : alone
    await start({
      name: 'The app', log: log.app, ready: `${appUrl}/api/health/ready`, seconds: dev ? 120 : 60, show: dev,
      args: dev ? ['node_modules/next/dist/bin/next', 'dev', '-p', String(port), '-H', '127.0.0.1'] : [server],
      env: { ...withoutSettings(), ...settings, PORT: String(port), HOSTNAME: '127.0.0.1', NODE_ENV: dev ? 'development' : 'production', ...env },
    })
    return { appUrl, otherUrl: more ? secondOrigin(appUrl) : undefined, sandboxUrl, databaseUrl: database.appUrl, ownerUrl: database.ownerUrl, superUrl: database.superUrl, logs: log, settings, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The operator's own PostgreSQL when DATABASE_URL names one; else the embedded one. */
async function openDatabase({ throwaway, log, settings }) {
  const appUrl = settingFrom('DATABASE_URL')
  if (throwaway || !appUrl) return startPostgres({ throwaway, log, settings })
  return { appUrl, ownerUrl: settingFrom('DATABASE_OWNER_URL') ?? appUrl, superUrl: undefined, attached: true, stop: async () => {} }
}
