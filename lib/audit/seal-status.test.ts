import { expect, test } from 'vitest'
import { after, anEvent } from '@/lib/testing/builders'
import { newAuditJwk } from '@/lib/testing/audit-keys'
import { freshDatabase, today } from '@/lib/testing/database'
import { clockAt } from '@/lib/testing/fakes'
import { createAuditLog } from './audit-log'
import { openAuditKey } from './checkpoint'
import { createSealStatusStore } from './seal-status-store'
import { createSealStore } from './seal-store'
import { readSealStatus } from './seal-status'

/** What an auditor is told of the sealing, with a real database that its owner may have been at. */
const database = await freshDatabase()
const audit = createAuditLog(database.db)
const clock = clockAt(today)
const auditKey = openAuditKey(newAuditJwk())
const status = (key = auditKey) => readSealStatus({ clock, sealStatus: createSealStatusStore(database.db), auditKey: key })
const seal = () => createSealStore(database.db).sealNext({ now: clock.now(), most: 100, key: auditKey, idleSeconds: 50 })

test('from never, over sealed, to behind; with another key; and broken, when somebody was at the checkpoint', async () => {
  await audit.append(anEvent({ at: today }))
  expect(await status()).toMatchObject({ state: 'never', checkpoint: null, unsealed: 1 })

  await seal()
  expect(await status()).toEqual({ state: 'sealed', checkpoint: { number: 1, size: 1, at: today }, unsealed: 0 })
  for (const _ of [1, 2, 3]) await audit.append(anEvent({ at: today }))
  expect(await status()).toMatchObject({ state: 'sealed', unsealed: 3 })
  expect(await status(openAuditKey(newAuditJwk()))).toMatchObject({ state: 'not-ours' })

  clock.set(after(today, { seconds: 121 }))
  expect(await status()).toMatchObject({ state: 'behind' })
  await seal()
  expect(await status()).toMatchObject({ state: 'sealed', checkpoint: { number: 2, size: 4 }, unsealed: 0 })

  await database.asOwner('ALTER TABLE "AuditCheckpoint" DISABLE TRIGGER audit_no_change')
  await database.asOwner(`UPDATE "AuditCheckpoint" SET "size" = 3 WHERE "number" = 2`)
  expect(await status()).toMatchObject({ state: 'broken' })
})
