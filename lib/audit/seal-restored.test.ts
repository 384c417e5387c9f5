import pg from 'pg'
import { expect, test } from 'vitest'
import { after } from '@/lib/testing/builders'
import { freshDatabase, today } from '@/lib/testing/database'
import { aSealer, verified, write } from '@/lib/testing/sealers'

const databases = { restored: await freshDatabase(), elsewhere: await freshDatabase() }

test('after a restore into another cluster, where transactions count from lower numbers, nothing is passed by', async () => {
  const { restored } = databases
  const { seal, outside, clock } = aSealer(restored)
  await write(restored, 3)
  await seal()
  // As if the checkpoint and half of the rows came from a cluster far ahead of this one.
  await restored.asOwner(`INSERT INTO "AuditEvent" ("bank", "at", "type", "actor", "correlationId", "xid") SELECT '311111116', now(), 'source.read', 'applicant', 'K7QM-9XTB-2RWH', 4000000000 + n FROM generate_series(1, 4) n`)
  await restored.asOwner('ALTER TABLE "AuditCheckpoint" DISABLE TRIGGER USER')
  await restored.asOwner('UPDATE "AuditCheckpoint" SET "sealedBelow" = 4000000003')
  await restored.asOwner('ALTER TABLE "AuditCheckpoint" ENABLE TRIGGER USER')
  await write(restored, 3)
  clock.set(after(today, { seconds: 20 }))
  expect(await seal()).toBe(7)
  await write(restored, 2)
  clock.set(after(today, { seconds: 40 }))
  expect(await seal()).toBe(2)
  expect(await verified(restored, outside())).toMatchObject({ findings: [], events: 12, pending: 0 })
})

test('then the log is searched a piece at a time, and what is being written meanwhile is not passed by either', async () => {
  const { elsewhere } = databases
  await write(elsewhere, 8)
  await aSealer(elsewhere).seal()
  await elsewhere.asOwner('ALTER TABLE "AuditCheckpoint" DISABLE TRIGGER USER; ALTER TABLE "AuditEvent" DISABLE TRIGGER USER')
  await elsewhere.asOwner('UPDATE "AuditCheckpoint" SET "sealedBelow" = 4000000008; UPDATE "AuditEvent" SET "xid" = 4000000000 + "id"')
  await elsewhere.asOwner('ALTER TABLE "AuditCheckpoint" ENABLE TRIGGER USER; ALTER TABLE "AuditEvent" ENABLE TRIGGER USER')
  await elsewhere.asOwner(`INSERT INTO "AuditEvent" ("bank", "at", "type", "actor", "correlationId", "xid") SELECT '311111116', now(), 'source.read', 'applicant', 'K7QM-9XTB-2RWH', 4000000008 FROM generate_series(1, 3)`)
  const slow = new pg.Client({ connectionString: elsewhere.ownerUrl })
  await slow.connect()
  await slow.query('BEGIN')
  await slow.query(`INSERT INTO "AuditEvent" ("bank", "at", "type", "actor", "correlationId") VALUES ('311111116', now(), 'source.read', 'applicant', 'K7QM-9XTB-2RWH')`)

  const { seal, outside, clock } = aSealer(elsewhere, { piece: 2 })
  clock.set(after(today, { seconds: 20 }))
  await write(elsewhere, 2)
  expect(await seal(1)).toBe(5)
  await slow.query('COMMIT')
  await slow.end()
  await write(elsewhere, 1)
  clock.set(after(today, { seconds: 40 }))
  expect(await seal(1)).toBe(2)
  expect(await seal()).toBe(0)
  expect(await verified(elsewhere, outside())).toMatchObject({ findings: [], events: 15, pending: 0 })
})
