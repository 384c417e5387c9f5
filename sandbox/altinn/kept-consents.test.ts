import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { startSandbox } from '../start.ts'
import { createBank } from '../testing/bank.ts'
import { registration } from '../testing/registration.ts'
import { keptInFile } from './kept-consents.ts'

const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
afterAll(() => { rmSync(folder, { recursive: true }) })
const STEINAR = '01085301957'

test('consents outlive the sandbox when there is a file for them, with their events', async () => {
  const kept = keptInFile(join(folder, 'consents.json'))
  const first = await startSandbox({ port: 0, registration: registration(), log: () => {}, kept: { altinn: kept } })
  const id = await createBank(first.origin).accepted(STEINAR)
  await first.close()
  expect(statSync(join(folder, 'consents.json')).mode & 0o077).toBe(0)

  const second = await startSandbox({ port: 0, registration: registration(), log: () => {}, kept: { altinn: kept } })
  const bank = createBank(second.origin)
  expect((await bank.status(id)).json.status).toBe('Accepted')
  expect((await bank.balance(await bank.consentToken(id, STEINAR), STEINAR)).status).toBe(200)
  await bank.control('PUT', 'settings', { eventsDelaySeconds: 0 })
  expect((await bank.events()).json.data).toHaveLength(2)
  await bank.control('POST', `consents/${id}/revoke`)
  await bank.control('POST', `consents/${id}/expire`)
  await second.close()
  expect(kept.read()).toMatchObject([{ id, status: 'Revoked' }])
  expect(kept.read()[0]?.validTo.getTime()).toBeLessThan(Date.now())
})
test('a reset empties the file, too', async () => {
  const kept = keptInFile(join(folder, 'reset.json'))
  const sandbox = await startSandbox({ port: 0, registration: registration(), log: () => {}, kept: { altinn: kept } })
  const bank = createBank(sandbox.origin)
  await bank.accepted(STEINAR)
  expect(kept.read()).toHaveLength(1)
  await bank.control('POST', 'reset')
  expect(kept.read()).toEqual([])
  await sandbox.close()
})
test('a file that makes no sense is as good as none', () => {
  writeFileSync(join(folder, 'odd.json'), '[{"id":1}]')
  expect(keptInFile(join(folder, 'odd.json')).read()).toEqual([])
  expect(keptInFile(join(folder, 'none.json')).read()).toEqual([])
})
