import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { identityOf } from './process-identity.mjs'

const WATCHDOG = join(import.meta.dirname, 'watchdog.mjs')

/** Starts a launcher that guards two children, one after the other, the last with a folder; and gives all of them. */
async function launch(then: string) {
  const folder = mkdtempSync(join(tmpdir(), 'saldosyn-dog-'))
  const code = `
    import { spawn } from 'node:child_process'
    import { guard } from ${JSON.stringify(WATCHDOG)}
    const start = (name, remove) => {
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
      child.unref()
      return { pid: child.pid, release: guard({ name, pid: child.pid, group: true, remove }) }
    }
    const [first, last] = [start('first'), start('last', ${JSON.stringify(folder)})]
    console.log(JSON.stringify([first.pid, last.pid]))
    ${then}`
  const launcher = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [first, last] = JSON.parse(await new Promise<string>((resolve) => launcher.stdout.once('data', (text: Buffer) => { resolve(text.toString()) }))) as [number, number]
  return { launcher, first, last, folder, gone: new Promise((resolve) => launcher.once('exit', resolve)) }
}

test('a launcher that is killed outright leaves nothing behind', async () => {
  const { launcher, first, last, folder, gone } = await launch('setInterval(() => {}, 1000)')
  for (const child of [first, last]) expect(identityOf(child)).toBeDefined()
  launcher.kill('SIGKILL')
  await gone
  for (const child of [first, last]) await expect.poll(() => identityOf(child), { timeout: 10_000 }).toBeUndefined()
  await expect.poll(() => existsSync(folder), { timeout: 10_000 }).toBe(false)
})

test('what has been released is left alone', async () => {
  const { first, last, folder, gone } = await launch('last.release()')
  await gone
  // The last comes first: when the other is gone, it has been passed over.
  await expect.poll(() => identityOf(first), { timeout: 10_000 }).toBeUndefined()
  expect(identityOf(last)).toBeDefined()
  expect(existsSync(folder)).toBe(true)
  process.kill(last, 'SIGKILL')
  rmSync(folder, { recursive: true })
})
