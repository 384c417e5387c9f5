import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { identityOf } from './process-identity.mjs'

const WATCHDOG = join(import.meta.dirname, 'watchdog.mjs')

/** Starts a launcher that guards one child, and gives both. */
async function launch(then: string) {
  const folder = mkdtempSync(join(tmpdir(), 'saldosyn-dog-'))
  const code = `
    import { spawn } from 'node:child_process'
    import { guard } from ${JSON.stringify(WATCHDOG)}
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
    const release = guard({ name: 'child', pid: child.pid, group: true, remove: ${JSON.stringify(folder)} })
    console.log(child.pid)
    ${then}`
  const launcher = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  const child = Number(await new Promise<string>((resolve) => launcher.stdout.once('data', (text: Buffer) => { resolve(text.toString()) })))
  return { launcher, child, folder, gone: new Promise((resolve) => launcher.once('exit', resolve)) }
}

test('a launcher that is killed outright leaves nothing behind', async () => {
  const { launcher, child, folder, gone } = await launch('setInterval(() => {}, 1000)')
  expect(identityOf(child)).toBeDefined()
  launcher.kill('SIGKILL')
  await gone
  await expect.poll(() => identityOf(child), { timeout: 10_000 }).toBeUndefined()
  await expect.poll(() => existsSync(folder), { timeout: 10_000 }).toBe(false)
})

test('what has been released is left alone', async () => {
  const { child, folder, gone } = await launch('release(); child.unref()')
  await gone
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(identityOf(child)).toBeDefined()
  expect(existsSync(folder)).toBe(true)
  process.kill(child, 'SIGKILL')
  rmSync(folder, { recursive: true })
})
