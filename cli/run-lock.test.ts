import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { identityOf } from './process-identity.mjs'
import { AlreadyRunning, takeLock } from './run-lock.mjs'

let folder = ''
let file = ''
const started: ChildProcess[] = []
const address = 'http://localhost:3000'

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'saldosyn-lock-'))
  file = join(folder, 'running.json')
})
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

/** A process that does nothing until it is stopped. */
async function sleeper(...flags: string[]) {
  const child = spawn(process.execPath, [...flags, '-e', 'setInterval(() => {}, 1000); console.log("up")'], { stdio: ['ignore', 'pipe', 'ignore'] })
  started.push(child)
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return { child, pid: child.pid ?? 0, gone: new Promise<void>((resolve) => child.once('exit', () => { resolve() })) }
}
/** The file that a run leaves when it is killed. */
const leave = (run: object) => { writeFileSync(file, JSON.stringify({ nonce: 'n', address, children: [], ...run })) }

test('a second start is refused, and told where the first one is', async () => {
  const lock = await takeLock(file, { address })
  await expect(takeLock(file, { address: 'http://localhost:3010' })).rejects.toThrow(AlreadyRunning)
  await expect(takeLock(file, { address })).rejects.toThrow(/already running on http:\/\/localhost:3000/)
  lock.release()
  expect(readdirSync(folder)).toEqual([])
})

test('of many that start at once, one gets it', async () => {
  const all = await Promise.allSettled(Array.from({ length: 10 }, () => takeLock(file, { address })))
  expect(all.filter((it) => it.status === 'fulfilled')).toHaveLength(1)
  expect(readdirSync(folder)).toEqual(['running.json'])
})

test('of many that find a dead run, one gets it', async () => {
  leave({ pid: 999_999_999, identity: 'long/ago' })
  const all = await Promise.allSettled(Array.from({ length: 10 }, () => takeLock(file, { address })))
  expect(all.filter((it) => it.status === 'fulfilled')).toHaveLength(1)
})

test('a run that was killed is cleaned up, with what it had started', async () => {
  const [dead, app, sandbox] = [await sleeper(), await sleeper(), await sleeper()]
  leave({ pid: dead.pid, identity: identityOf(dead.pid), children: [{ name: 'The sandbox', pid: sandbox.pid, identity: identityOf(sandbox.pid) }, { name: 'The app', pid: app.pid, identity: identityOf(app.pid) }] })
  dead.child.kill('SIGKILL')
  await dead.gone
  const lock = await takeLock(file, { address })
  expect(lock.stopped).toEqual(['The app', 'The sandbox'])
  await Promise.all([app.gone, sandbox.gone])
  lock.release()
})

test('a stranger who got the number of a dead process is left alone', async () => {
  const stranger = await sleeper()
  leave({ pid: stranger.pid, identity: 'another/birth', children: [{ name: 'The app', pid: stranger.pid, identity: 'another/birth' }] })
  const lock = await takeLock(file, { address })
  expect(lock.stopped).toEqual([])
  expect(stranger.child.exitCode ?? stranger.child.signalCode).toBeNull()
  lock.release()
})

test('a file that was cut off while it was written does not block', async () => {
  writeFileSync(file, '{"pid":')
  const lock = await takeLock(file, { address })
  expect((JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid).toBe(process.pid)
  lock.release()
})

test('what is started later is in the file too, and only the holder may remove it', async () => {
  const lock = await takeLock(file, { address })
  lock.add({ name: 'The app', pid: process.pid })
  expect((JSON.parse(readFileSync(file, 'utf8')) as { children: unknown[] }).children).toEqual([{ name: 'The app', pid: process.pid, identity: identityOf(process.pid) }])
  leave({ pid: 1, identity: 'x' })
  lock.release()
  expect(readdirSync(folder)).toEqual(['running.json'])
})
