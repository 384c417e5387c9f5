/** npm start: the production server, on PORT and HOSTNAME. npm run worker (`--worker`): the same with the background work alone, and no pages. */
import { spawn } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { whenAbandoned } from './ancestors.mjs'
import { hasBuild, SERVER } from './build-output.mjs'
import { childEnv, NODE } from './run.mjs'

if (!hasBuild()) {
  console.error('There is no build yet. Make one first:  npm run build')
  process.exit(1)
}
if (process.argv.includes('--worker')) {
  process.env.BACKGROUND_JOBS = 'only'
  process.env.PORT ??= '3001'
}
process.env.NODE_ENV ??= 'production'
process.env.NEXT_TELEMETRY_DISABLED ??= '1'
// npm hands a SIGTERM to the shell between us, which dies of it without a word.
if (process.env.npm_lifecycle_event) whenAbandoned(() => process.kill(process.pid, 'SIGTERM'), { everyMs: 250 })
if (NODE === process.execPath) {
  await import(pathToFileURL(SERVER).href) // in this very process: signals reach it as they are
} else {
  const server = spawn(NODE, [SERVER], { stdio: 'inherit', env: childEnv() })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal))
  server.once('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
}
