import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { registration } from './testing/registration.ts'

const run = promisify(execFile)
const program = join(import.meta.dirname, 'server.ts')
let folder: string
let file: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  file = join(folder, 'registration.json')
  writeFileSync(file, JSON.stringify(registration()))
})
afterAll(() => { rmSync(folder, { recursive: true }) })

const env = (change: Record<string, string>): NodeJS.ProcessEnv => ({ NODE_ENV: 'test', SANDBOX_PORT: '0', SANDBOX_REGISTRATION: file, ...change })
const failing = async (change: Record<string, string>): Promise<{ code: number; stderr: string }> =>
  run(process.execPath, [program], { env: env(change) }).then(() => ({ code: 0, stderr: '' }), (cause: { code: number; stderr: string }) => cause)

async function opened(child: ChildProcess): Promise<string> {
  let said = ''
  for await (const chunk of child.stdout ?? []) {
    said += String(chunk)
    const found = /open at (\S+)/.exec(said)?.[1]
    if (found !== undefined) return found
  }
  throw new Error(`it never opened: ${said}`)
}

test('starts on Node’s own type stripping, says where, and ends cleanly when told to', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const child = spawn(process.execPath, [program], { env: env({}), stdio: ['ignore', 'pipe', 'inherit'] })
    const address = await opened(child)
    expect((await fetch(`${address}/control/state`)).status).toBe(200)
    child.kill(signal)
    expect(await once(child, 'exit')).toEqual([0, null])
  }
})
test('says plainly when the port is taken', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => { other.listen(0, '127.0.0.1', resolve) })
  const { port } = other.address() as AddressInfo
  expect(await failing({ SANDBOX_PORT: String(port) })).toMatchObject({ code: 1, stderr: `Port ${port} is taken. Stop what runs there, or set SANDBOX_PORT.\n` })
  other.close()
})
test('says plainly what is wrong with the registration, and shows no value', async () => {
  expect((await failing({ SANDBOX_REGISTRATION: join(folder, 'none.json') })).stderr).toContain('There is no registration file')
  const bad = join(folder, 'bad.json')
  const whole = registration()
  writeFileSync(bad, JSON.stringify({ ...whole, staff: { clientId: 'x' }, idporten: { clientId: 'hemmelig', jwks: { keys: [{ ...whole.idporten.jwks.keys[0], d: 'privat' }] } } }))
  const { code, stderr } = await failing({ SANDBOX_REGISTRATION: bad })
  expect([code, stderr.includes('staff.clientSecret'), stderr.includes('idporten.jwks.keys.0: has private members'), stderr.includes('privat\n')]).toEqual([1, true, true, false])
  expect(stderr).not.toContain('hemmelig')
})
