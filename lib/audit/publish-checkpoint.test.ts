import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { newAuditJwk } from '@/lib/testing/audit-keys'
import { day } from '@/lib/testing/builders'
import { logKept } from '@/lib/testing/fakes'
import { judgeSignature, noPrevious, openAuditKey, trustKey } from './checkpoint.ts'
import { readCheckpoints } from './dump.ts'
import { createPublisher } from './publish-checkpoint'

const box = mkdtempSync(join(tmpdir(), 'saldosyn-checkpoints-'))
afterAll(() => rmSync(box, { recursive: true }))

test('banks that write to one file at the same time leave whole notes, each its own bank’s and signed by its key', async () => {
  const file = join(box, 'checkpoints.txt')
  const banks = ['311111116', '313333337', '314444442'].map((bank) => ({ bank, jwk: newAuditJwk(), publish: createPublisher({ log: logKept(), file }) }))
  await Promise.all(
    banks.map(async ({ bank, jwk, publish }) => {
      const key = openAuditKey(jwk)
      for (let size = 1; size <= 60; size++) await publish(key.sign({ bank, size, root: Buffer.alloc(32, size), at: day(0), complete: day(0), previous: noPrevious }))
    }),
  )
  const { checkpoints } = readCheckpoints(readFileSync(file, 'utf8'))
  expect(checkpoints).toHaveLength(180)
  for (const { bank, jwk } of banks) {
    const own = checkpoints.filter((checkpoint) => checkpoint.bank === bank)
    expect(own.map(({ size }) => size)).toEqual(Array.from({ length: 60 }, (_, n) => n + 1))
    expect(own.every((checkpoint) => judgeSignature(checkpoint, [trustKey(jwk.x)]) === 'signed')).toBe(true)
  }
})
