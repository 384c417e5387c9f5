import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { startSandbox } from '../start.ts'
import { createAltinn2Client } from '../testing/altinn2.ts'
import { createBank } from '../testing/bank.ts'
import { registration } from '../testing/registration.ts'
import { requestsInFile } from './kept-requests.ts'

const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
afterAll(() => { rmSync(folder, { recursive: true }) })
const STEINAR = '01085301957'

test('consents in Altinn 2 outlive the sandbox when there is a file for them, and a reset empties it', async () => {
  const path = join(folder, 'requests.json')
  const altinn2 = requestsInFile(path)
  const start = async () => {
    const sandbox = await startSandbox({ port: 0, registration: registration(), log: () => {}, kept: { altinn2 } })
    const bank = createBank(sandbox.origin)
    return { sandbox, bank, altinn: createAltinn2Client(bank, sandbox.origin) }
  }
  const first = await start()
  const [code, other] = [await first.altinn.accepted(STEINAR, 'Bruun'), await first.altinn.accepted(STEINAR, 'Bruun')]
  await first.bank.control('POST', `consents/${other}/revoke`)
  await first.sandbox.close()
  expect(statSync(path).mode & 0o077).toBe(0)

  const second = await start()
  expect((await second.altinn.status(code)).json.RequestStatus).toBe('Accepted')
  expect([(await second.altinn.token(code)).status, (await second.altinn.token(other)).status]).toEqual([200, 403])
  await second.bank.control('POST', 'reset')
  await second.sandbox.close()
  expect(altinn2.read()).toEqual([])
})

test('a file that makes no sense is as good as none', () => {
  writeFileSync(join(folder, 'odd.json'), '[{"code":1}]')
  expect(requestsInFile(join(folder, 'odd.json')).read()).toEqual([])
})
