import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { fail } from '@/lib/result'
import { day } from '@/lib/testing/builders'
import { clockAt, logKept } from '@/lib/testing/fakes'
import { createKeyRing, watchKeys, type KeySource } from './key-ring'
import { readPrivateJwks } from './private-jwk'

const made = ['one', 'two'].map((kid) => ({ ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), kid }))
const [one, two] = made
const folder = mkdtempSync(path.join(tmpdir(), 'saldosyn-ring-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A ring on a file, as the settings make it. */
function aRing(first: unknown = one) {
  const file = path.join(folder, `${Math.random()}`)
  const write = (value: unknown) => writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value))
  write(first)
  let reads = 0
  const again: KeySource['again'] = () => {
    reads++
    try {
      const keys = readPrivateJwks(readFileSync(file, 'utf8'))
      return keys.ok ? keys : fail('not-usable', `THE_SETTING: ${keys.reason}`)
    } catch {
      return fail('not-usable', 'THE_SETTING_FILE cannot be read')
    }
  }
  const keys = again(day(0))
  if (!keys.ok) throw new Error(keys.detail)
  const log = logKept()
  const ring = createKeyRing({ setting: 'THE_SETTING', files: [file], keys: keys.value, again }, { clock: clockAt(day(0)), log })
  const signer = async () => (await ring.signingKey()).id
  return { ring, log, file, write, signer, reads: () => reads }
}

describe('a changed key file', () => {
  test('is taken up without a restart', async () => {
    const { ring, log, write, signer } = aRing()
    expect(await signer()).toBe('one')
    write(two)
    await ring.refresh()
    expect([await signer(), ring.keys().map(({ id }) => id)]).toEqual(['two', ['two']])
    expect(log.lines).toEqual([{ level: 'info', event: 'Changed keys were taken up', fields: { settings: 'THE_SETTING', kid: ['two'] } }])
  })

  test('with two keys signs with the first, and keeps the other at hand', async () => {
    const { ring, write, signer } = aRing()
    write({ keys: [one, two] })
    await ring.refresh()
    expect([await signer(), ring.keys().map(({ id }) => id)]).toEqual(['one', ['one', 'two']])
    write({ keys: [two, one] })
    await ring.refresh()
    expect(await signer()).toBe('two')
  })

  test.each([['nonsense', 'not json'], ['the public half', { ...two, d: undefined }], ['half a file', JSON.stringify(two).slice(0, 200)]])('that holds %s changes nothing, and is told once', async (_what, content) => {
    const { ring, log, write, signer } = aRing()
    write(content)
    await ring.refresh()
    await ring.refresh()
    expect(await signer()).toBe('one')
    expect(ring.trouble()).toMatch(/^THE_SETTING: /)
    expect(log.lines).toEqual([{ level: 'error', event: 'A changed key file cannot be used; the key before it goes on signing', fields: { settings: 'THE_SETTING', kid: 'one', detail: ring.trouble() } }])
  })

  test('that is gone changes nothing either, and that it is back is told', async () => {
    const { ring, log, file, write, signer } = aRing()
    await ring.refresh()
    rmSync(file)
    await ring.refresh()
    expect([await signer(), ring.trouble()]).toEqual(['one', 'THE_SETTING_FILE cannot be read'])
    write(one)
    await ring.refresh()
    expect([await signer(), ring.trouble()]).toEqual(['one', null])
    expect(log.lines.map(({ event }) => event)).toEqual([expect.stringContaining('cannot be used'), 'The key file is in order again'])
  })

  test('is found by looking again and again, file by file, whatever became of the others', async () => {
    const [kept, changed] = [aRing(), aRing()]
    rmSync(kept.file)
    const { stop } = watchKeys([kept.ring, changed.ring], 5)
    onTestFinished(stop)
    changed.write(two)
    await expect.poll(changed.signer).toBe('two')
    await expect.poll(kept.ring.trouble).toBe('THE_SETTING_FILE cannot be read')
    changed.write(one)
    await expect.poll(changed.signer).toBe('one')
    expect(await kept.signer()).toBe('one')
  })

  test('that was mended after that is taken up', async () => {
    const { ring, write, signer } = aRing()
    write('')
    await ring.refresh()
    write(two)
    await ring.refresh()
    expect([await signer(), ring.trouble()]).toEqual(['two', null])
  })

  test('is seen by its content: a new time alone is no change', async () => {
    const { ring, log, write, reads } = aRing()
    await ring.refresh()
    const before = reads()
    write(one)
    await ring.refresh()
    expect([reads(), log.lines]).toEqual([before, []])
  })

  test('is taken up on each instance that looks', async () => {
    const { ring, write, file } = aRing()
    const other = createKeyRing({ setting: 'THE_SETTING', files: [file], keys: ring.keys(), again: () => readPrivateJwks(readFileSync(file, 'utf8')) as ReturnType<KeySource['again']> }, { clock: clockAt(day(0)), log: logKept() })
    write(two)
    await Promise.all([ring.refresh(), other.refresh()])
    expect([(await ring.signingKey()).id, (await other.signingKey()).id]).toEqual(['two', 'two'])
  })
})

describe('the key that signs', () => {
  test('is imported once, also for fifty who ask at once', async () => {
    const { ring } = aRing()
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => ring.signingKey()))).size).toBe(1)
  })

  test('given in the environment is never looked for again', async () => {
    const keys = readPrivateJwks(JSON.stringify(one))
    if (!keys.ok) throw new Error(keys.reason)
    const ring = createKeyRing({ setting: 'THE_SETTING', files: [], keys: keys.value, again: () => fail('not-usable', 'asked') }, { clock: clockAt(day(0)), log: logKept() })
    await ring.refresh()
    expect([(await ring.signingKey()).id, ring.trouble()]).toEqual(['one', null])
  })
})
