/**
 * npm run demo: the whole product on this machine, with nothing to set up; with `-- --two-banks` a second bank beside the
 * first, with `-- --altinn2` as it was before Altinn 3. npm run dev: the same, and it follows changes in the sources. Ctrl-C, a closed terminal or a dead parent stops everything.
 */
import path from 'node:path'
import { whenAbandoned } from './ancestors.mjs'
import { welcome } from './demo-words.mjs'
import { portFrom, requireFreePort } from './ports.mjs'
import { AlreadyRunning, takeLock } from './run-lock.mjs'
import { ROOT } from './run.mjs'
import { startStack } from './stack.mjs'

const dev = process.argv.includes('--dev')
const twoBanks = process.argv.includes('--two-banks')
const altinn2 = process.argv.includes('--altinn2')
const say = (words) => console.log(words)
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {}) // the terminal may be gone

let lock
let stop
let ending = false
/** Stops in the right order. What is only just starting is stopped by the watchdog when we are gone. */
async function end(code, words) {
  if (ending) return
  ending = true
  if (words) say(words)
  await stop?.()
  lock?.release()
  process.exit(code)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(0, '\nStopping …'))
whenAbandoned(() => end(0))

try {
  const port = portFrom('PORT', 3000)
  const sandboxPort = portFrom('SANDBOX_PORT', 4000)
  lock = await takeLock(path.join(ROOT, '.data/running.json'), { address: `http://localhost:${port}` })
  if (lock.stopped.length) say(`An earlier run had been cut off. Stopped what was left of it: ${lock.stopped.join(', ')}.`)
  await requireFreePort(port, { what: 'the app', setting: 'PORT' })
  await requireFreePort(sandboxPort, { what: 'the sandbox', setting: 'SANDBOX_PORT' })
  const started = await startStack({
    port, sandboxPort, dev, twoBanks, altinn2, say, onStarted: lock.add, onStop: (how) => { stop = how },
    onExit: (name, how) => end(1, `\n${name} has stopped by itself (${how}), so the rest stops too. Its log is in .data/logs.`),
  })
  if (!ending) say(welcome({ ...started, altinn2 }))
} catch (error) {
  if (ending) await new Promise(() => {}) // end() has the last word
  console.error(`\n${error instanceof AlreadyRunning ? error.message : `Saldosyn could not start. ${error.message}`}`)
  lock?.release()
  process.exit(1)
}
