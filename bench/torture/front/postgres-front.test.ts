import { afterAll, expect, test } from 'vitest'
import { openDatabase } from '@/lib/db'
import { aStoredConsent, aSubject, freshDatabase } from '@/lib/testing/database'
import { openPostgresFront } from './postgres-front.ts'

const database = await freshDatabase()
const front = await openPostgresFront(database.appUrl)
const through = openDatabase(front.url, database.db.bank)
afterAll(async () => {
  await through.$disconnect()
  await front.close()
})

const ways = {
  'a transaction': (id: string) => through.$transaction(async (tx) => { await tx.consent.updateMany({ where: { id }, data: { status: 'accepted' } }) }),
  'a statement of its own': async (id: string) => await through.$executeRaw`UPDATE "Consent" SET "status" = 'accepted' WHERE "id" = ${id}::uuid`,
}

test.each(Object.keys(ways) as (keyof typeof ways)[])('%s that is stopped before its commit has changed nothing, and one that is stopped after it has', async (way) => {
  const { id } = await aStoredConsent(database, { status: 'requested', subjectRef: await aSubject(database) })
  const status = async () => (await database.db.consent.findUniqueOrThrow({ where: { bank_id: { bank: database.db.bank, id } } })).status
  const seen: string[] = []
  for (const when of ['before', 'after'] as const) {
    const { stopped } = front.snare({ sql: /UPDATE .*"Consent"/, when })
    const underway = ways[way](id)
    const { letGo } = await stopped
    seen.push(await status())
    letGo()
    await underway
  }
  expect(seen).toEqual(['requested', 'accepted'])
})
