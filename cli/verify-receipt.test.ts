/** The command as a person runs it: with files, and no network. */
import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JWK } from 'jose'
import { afterAll, expect, test } from 'vitest'
import { documentOf } from '../lib/receipt/receipt-document'
import { signReceipt } from '../lib/receipt/signed-receipt'
import { aReceipt } from '../lib/testing/receipts'

const folder = mkdtempSync(join(tmpdir(), 'saldosyn-receipt-'))
afterAll(() => { rmSync(folder, { recursive: true }) })
const write = (name: string, content: unknown) => {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  return join(folder, name)
}
const run = (...args: string[]) => {
  const { status, stdout } = spawnSync(process.execPath, ['cli/verify-receipt.mjs', ...args], { encoding: 'utf8' })
  return { status, said: stdout.trim() }
}

const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as JWK & { x: string }
const document = documentOf(aReceipt(), { bankName: 'Testbanken AS', appUrl: 'https://bank.example', altinnUrl: 'https://altinn.example', notice: { language: 'nb', data: 'Saldo', purpose: 'For å vise deg saldoen', recipients: 'Bare du', whole: 'Alt' } })
const signed = await signReceipt(document, { kid: '2026', jwk })
const receipt = write('kvittering.jsonld', signed)
const keys = write('saldosyn-receipt-keys.json', { keys: [{ kty: 'OKP', crv: 'Ed25519', x: jwk.x, kid: '2026' }] })

test('a receipt as it was made is genuine, with the keys beside it or named', () => {
  for (const { status, said } of [run(receipt), run(receipt, '--keys', keys)]) {
    expect(status).toBe(0)
    expect(said).toMatch(/^GENUINE\. Signed with the key 2026/)
    expect(said).toContain('Purpose: For å vise deg saldoen')
    expect(said).toContain('given: Given in Altinn')
  }
})

test('a changed one is not, and the words say so', () => {
  const { status, said } = run(write('changed.jsonld', { ...signed, 'dct:created': '2026-01-01T00:00:00.000Z' }), '--keys', keys)
  expect([status, said]).toEqual([1, expect.stringMatching(/^NOT GENUINE\. It has been changed/)])
})

test('something else that the bank has signed is no receipt', async () => {
  const { status, said } = run(write('other.jsonld', await signReceipt({ hello: 'there' }, { kid: '2026', jwk })), '--keys', keys)
  expect([status, said]).toEqual([1, expect.stringMatching(/^NOT A RECEIPT/)])
})

test('an unknown key, a PDF and no signature have words of their own', () => {
  const others = write('others.json', { keys: [{ kty: 'OKP', crv: 'Ed25519', x: jwk.x, kid: '2027' }] })
  expect(run(receipt, '--keys', others)).toEqual({ status: 1, said: expect.stringContaining('the key 2026, which is not in the key file') as unknown })
  expect(run(write('a.pdf', '%PDF-1.7'), '--keys', keys)).toEqual({ status: 1, said: expect.stringContaining('Is it the PDF, or cut off?') as unknown })
  expect(run(write('bare.jsonld', document), '--keys', keys)).toEqual({ status: 1, said: expect.stringContaining('it has no signature') as unknown })
})

test('what cannot be told is not called false', () => {
  expect(run().status).toBe(2)
  expect(run('--what').status).toBe(2)
  expect(run(join(folder, 'not-there'), '--keys', keys)).toEqual({ status: 2, said: expect.stringContaining('the receipt cannot be read') as unknown })
  expect(run(receipt, '--keys', write('bad.json', '{}'))).toEqual({ status: 2, said: expect.stringContaining('not a JWK Set') as unknown })
  expect(run(receipt, '--keys', join(folder, 'nothing')).said).toContain('/.well-known/saldosyn-receipt-keys.json')
})
