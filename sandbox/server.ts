import { readFileSync } from 'node:fs'
import { keptInFile } from './altinn/kept-consents.ts'
import { requestsInFile } from './altinn2/kept-requests.ts'
import { toStderr, toStdout } from './log.ts'
import { readRegistration } from './registration.ts'
import { startSandbox } from './start.ts'

const { SANDBOX_PORT = '4000', SANDBOX_HOST = '127.0.0.1', SANDBOX_REGISTRATION, SANDBOX_STATE } = process.env

function fail(message: string): never {
  toStderr(message)
  process.exit(1)
}

const explain = (cause: unknown): string => {
  if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE') return `Port ${SANDBOX_PORT} is taken. Stop what runs there, or set SANDBOX_PORT.`
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return `There is no registration file at ${SANDBOX_REGISTRATION}.`
  return cause instanceof Error ? cause.message : String(cause)
}

if (!SANDBOX_REGISTRATION) fail('SANDBOX_REGISTRATION must be the path of a JSON file (see sandbox/README.md).')
const port = Number(SANDBOX_PORT)
if (!Number.isInteger(port) || port < 0 || port > 65_535) fail('SANDBOX_PORT must be a port number.')

try {
  const registration = readRegistration(readFileSync(SANDBOX_REGISTRATION, 'utf8'))
  const sandbox = await startSandbox({ port, host: SANDBOX_HOST, registration, ...(SANDBOX_STATE && { kept: { altinn: keptInFile(SANDBOX_STATE), altinn2: requestsInFile(`${SANDBOX_STATE}.altinn2`) } }) })
  toStdout(`The sandbox is open at ${sandbox.origin}`)
  const stop = (): void => {
    void sandbox.close().then(() => process.exit(0))
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
} catch (cause) {
  fail(explain(cause))
}
