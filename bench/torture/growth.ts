import { randomBytes } from 'node:crypto'
import { createAuditLog } from '@/lib/audit/audit-log'
import { systemClock } from '@/lib/clock'
import { createConsentStore } from '@/lib/consent/consent-store'
import { openDatabase } from '@/lib/db'
import { createSealer, fingerprint } from '@/lib/sealed'
import { createSubjectStore } from '@/lib/subject/subject-store'
import { anEvent, anOrgNumber } from '@/lib/testing/builders'
import { quantile, sorted } from '../numbers.ts'
import { syntheticPeople } from './people.ts'
import type { Random } from './random.ts'
import type { TortureDatabase } from './scene/cluster.ts'
import { suite } from './suite.ts'

/** How much slower the middle call may be beside the small table's. */
const MOST = 1.5
/** Milliseconds below which a difference is the machine's. */
const NOTHING = 0.1
const CALLS = 60
const ROUNDS = 8

const key = new Uint8Array(randomBytes(32))
const sealer = createSealer([{ kid: 'k1', key }])
const people = (amount: number) => {
  const all = syntheticPeople()
  return Array.from({ length: amount }, () => {
    const one = all.next()
    if (one.done) throw new Error('there are no more people')
    return one.value
  })
}
const known = people(CALLS * ROUNDS)

/** A bank with so many persons, each with a consent and a line in the audit log. Some of them are people we can name. */
async function aBankOf(database: TortureDatabase, rows: number) {
  const prints = known.map((nationalId) => Buffer.from(fingerprint(key, 'national-id', nationalId.reveal())))
  await database.ask(`INSERT INTO "Subject" ("ref", "nationalIdSealed", "fingerprint", "createdAt") SELECT gen_random_uuid(), 'v1.k1.x', p, now() FROM unnest($1::bytea[]) AS p`, [prints.slice(0, Math.min(rows, prints.length))])
  for (let made = prints.length; made < rows; made += 250_000)
    await database.ask(`INSERT INTO "Subject" ("ref", "nationalIdSealed", "fingerprint", "createdAt") SELECT gen_random_uuid(), 'v1.k1.' || repeat('x', 60), sha256(($1::int + n)::text::bytea), now() FROM generate_series(1, $2::int) AS n`, [made, Math.min(250_000, rows - made)])
  await database.ask(`
    INSERT INTO "Consent" ("id", "provider", "reference", "resource", "coveredBy", "subjectRef", "status", "validTo", "requestedAt", "settledAt", "noticeVersion", "returnRefHash")
    SELECT id, 'altinn3', id::text, 'slk_5498_1', $1, "ref", 'accepted', now() + interval '300 days', now() - interval '1 hour', now(), '2026-11', sha256(id::text::bytea)
    FROM (SELECT "ref", gen_random_uuid() AS id FROM "Subject") AS s`, [String(anOrgNumber())])
  await database.ask(`
    INSERT INTO "AuditEvent" ("at", "type", "actor", "subjectRef", "consentId", "outcome", "correlationId")
    SELECT now(), 'consent.settled', 'applicant', "subjectRef", "id", 'accepted', 'K7QM-9XTB-2RWH' FROM "Consent"`)
  await database.ask('ANALYZE')
  const some = await database.ask<{ id: string; subjectRef: string }>(`SELECT "id", "subjectRef" FROM "Consent" ORDER BY md5("id"::text) LIMIT ${CALLS * ROUNDS}`)
  const db = openDatabase(database.appUrl, anOrgNumber(), 1)
  const [consents, audit, subjects] = [createConsentStore(db), createAuditLog(db), createSubjectStore(db, { sealer, fingerprintKey: key })]
  const nth = <T>(list: readonly T[], nr: number): T => list[nr % list.length] as T
  /** What is asked in every log-in, and by the jobs: through the stores' own SQL. */
  const asks: Readonly<Record<string, (nr: number) => Promise<unknown>>> = {
    'a person by fingerprint': (nr) => subjects.findRef(nth(known, nr)),
    'a person’s consents': (nr) => consents.ofSubject(nth(some, nr).subjectRef, 'slk_5498_1', anOrgNumber()),
    'a consent that an event names': (nr) => consents.findByReference('altinn3', nth(some, nr).id),
    'consents that are due': () => consents.due(systemClock.now()),
    'a line in the audit log': (nr) => audit.append(anEvent({ at: systemClock.now(), type: 'reading.shown', subjectRef: nth(some, nr).subjectRef, consentId: nth(some, nr).id })),
  }
  return { asks, close: () => db.$disconnect() }
}
type Bank = Awaited<ReturnType<typeof aBankOf>>

async function timed({ asks }: Bank, what: string, round: number, into: number[]): Promise<void> {
  for (let nr = 0; nr < CALLS; nr++) {
    const begun = performance.now()
    await asks[what]?.(round * CALLS + nr)
    into.push(performance.now() - begun)
  }
}

/** The middle call at each size, in turns: what the machine does to one it does to the other. */
async function compare(small: Bank, large: Bank, what: string, random: Random): Promise<readonly [number, number]> {
  const times: readonly [number[], number[]] = [[], []]
  await timed(small, what, ROUNDS, [])
  await timed(large, what, ROUNDS, [])
  for (let round = 0; round < ROUNDS; round++) {
    const order = random.chance(0.5) ? ([0, 1] as const) : ([1, 0] as const)
    for (const which of order) await timed(which === 0 ? small : large, what, round, times[which])
  }
  return [quantile(sorted(times[0]), 0.5), quantile(sorted(times[1]), 0.5)]
}

/** What a look-up costs when there are a thousand times as many rows. */
export const growth = suite({
  name: 'growth',
  about: 'look-ups and the audit log with a thousand persons and with a million, through the stores’ own SQL, in turns',
  seconds: { full: 90, part: 0 },
  amounts: { full: { rows: 1_000_000 }, part: { rows: 0 } },
  async run({ amounts, random, report, newDatabase, say }) {
    const [few, many] = await Promise.all([newDatabase(), newDatabase()])
    const begun = performance.now()
    const small = await aBankOf(few, 1_000)
    const large = await aBankOf(many, amounts.rows)
    say(`filled in ${((performance.now() - begun) / 1000).toFixed(0)} s`)
    try {
      for (const what of Object.keys(small.asks)) {
        const [before, after] = await compare(small, large, what, random(what))
        say(`${what}: ${before.toFixed(2)} ms of 1 000, ${after.toFixed(2)} ms of ${amounts.rows}: ${(after / before).toFixed(2)} times`)
        report.check('P10: a thousand times as many rows, and at most 1.5 times as slow', after <= before * MOST + NOTHING, () => `${what}: ${before.toFixed(2)} ms became ${after.toFixed(2)} ms`)
        report.figure(`${what}: percent`, Math.round((100 * after) / before))
      }
    } finally {
      await Promise.all([small.close(), large.close()])
    }
  },
})
