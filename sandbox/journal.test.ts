import { expect, test } from 'vitest'
import { startSandbox } from './start.ts'
import { createBank } from './testing/bank.ts'
import { registration } from './testing/registration.ts'

test('a request that began before a reset and ends after it is no part of the new story', async () => {
  const sandbox = await startSandbox({ port: 0, registration: registration(), log: () => {} })
  const bank = createBank(sandbox.origin)
  const listed = async () => JSON.parse((await bank.control('GET', 'requests?party=maskinporten')).text) as { step: string; status: number }[]
  const about = `${sandbox.origin}/maskinporten/jwk`

  await bank.control('PUT', 'faults/maskinporten', { fault: 'slow', seconds: 0.4, times: 1 })
  const slow = fetch(about)
  await expect.poll(async () => ((await bank.control('GET', 'state')).json.faults as unknown[]).length, { message: 'the fault has struck' }).toBe(0)
  await bank.control('POST', 'reset')
  expect((await slow).status).toBe(200)
  expect((await fetch(about)).status).toBe(200)
  await expect.poll(listed).toHaveLength(1)
  await sandbox.close()
})
