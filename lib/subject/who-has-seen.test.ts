import { describe, expect, test } from 'vitest'
import type { AuditEvent } from '@/lib/audit/audit-event'
import { noNames } from '@/lib/sharing/adviser'
import { after, anEvent, day } from '@/lib/testing/builders'
import { aDiary } from '@/lib/testing/fakes'
import { trailOf } from '@/lib/testing/trail'
import { SEEN_ON_A_PAGE, whoHasSeen } from './who-has-seen'

const me = '5f1d9a52-2f0e-4b39-9a3e-3f6f0f7f4c11'
const nobodyShared = { openedOf: async () => [] }
const [hers, his] = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b']
const shared = { staffRef: hers, unit: 'Avdeling Voss', purpose: 'Lånesøknad', caseNumber: '2026/17', openedAt: day(2), endedAt: day(4) }
const unknown = { is: 'other', actor: 'staff', role: null, unit: null, name: null, purpose: null }
function aLog(...events: readonly Partial<AuditEvent>[]) {
  const diary = aDiary()
  for (const event of events) diary.write(anEvent({ subjectRef: me, ...event }))
  return (before: Parameters<typeof whoHasSeen>[1]['before'] = null) => whoHasSeen({ trail: trailOf(diary), shares: nobodyShared, adviserNames: noNames }, { subjectRef: me, before })
}

describe('who has seen the balance', () => {
  test('tells of every fetch and every look, the newest first, and of nothing else', async () => {
    const ask = aLog({ type: 'session.started', at: day(0) }, { type: 'source.read-started', at: day(1) }, { type: 'source.read', outcome: 'ok', at: day(2) }, { type: 'reading.shown', at: day(3) }, { type: 'session.ended', outcome: 'own', at: day(4) })
    const { entries, next } = await ask()
    expect(entries.map(({ at, sight, who }) => [at, sight, who])).toEqual([[day(3), 'shown', { is: 'you' }], [day(2), 'fetched', { is: 'you' }]])
    expect(next).toBeNull()
  })

  test('calls a fetch that was thrown away, and one that gave nothing, by their names', async () => {
    const { entries } = await aLog({ type: 'source.read', outcome: 'not-kept', at: day(1) }, { type: 'source.read', outcome: 'source-busy', at: day(0) })()
    expect(entries.map(({ sight }) => sight)).toEqual(['not-kept', 'not-got'])
  })

  test('says of another no more than the log does', async () => {
    const { entries } = await aLog({ type: 'reading.shown', actor: 'system' })()
    expect(entries[0]?.who).toEqual({ is: 'other', actor: 'system', role: null, unit: null, name: null, purpose: null })
  })

  test('tells of an adviser’s look which role, where and what for, as long as the share was open', async () => {
    const diary = aDiary()
    for (const [actor, at] of [[`staff:${hers}`, day(2)], [`staff:${hers}`, day(4)], [`staff:${hers}`, day(5)], [`staff:${his}`, day(3)]] as const) diary.write(anEvent({ subjectRef: me, type: 'reading.shown', actor, at }))
    const { entries } = await whoHasSeen({ trail: trailOf(diary), shares: { openedOf: async () => [shared] }, adviserNames: noNames }, { subjectRef: me, before: null })
    const known = { is: 'other', actor: 'staff', role: 'adviser', unit: 'Avdeling Voss', name: null, purpose: 'Lånesøknad' }
    expect(entries.map(({ at, who }) => [at, who])).toEqual([[day(5), unknown], [day(4), known], [day(3), unknown], [day(2), known]])
  })

  test('tells the name where the bank tells names, also of a look that no share explains; one who is gone has a role and a unit', async () => {
    const diary = aDiary()
    for (const [ref, n] of [[hers, 3], [hers, 5], [his, 3]] as const) diary.write(anEvent({ subjectRef: me, type: 'reading.shown', actor: `staff:${ref}`, at: day(n) }))
    const asked: string[] = []
    const of = async (known: readonly [string, string][]) => {
      const adviserNames = async (refs: readonly string[]) => (asked.push(...refs), new Map(known))
      const { entries } = await whoHasSeen({ trail: trailOf(diary), shares: { openedOf: async () => [shared] }, adviserNames }, { subjectRef: me, before: null })
      return entries.map(({ who }) => (who.is === 'other' ? [who.name, who.role, who.unit] : who))
    }
    expect(await of([[hers, 'Ragnhild Rådgiver']])).toEqual([['Ragnhild Rådgiver', null, null], [null, null, null], ['Ragnhild Rådgiver', 'adviser', 'Avdeling Voss']])
    expect(new Set(asked)).toEqual(new Set([hers, his]))
    expect(await of([])).toEqual([[null, null, null], [null, null, null], [null, 'adviser', 'Avdeling Voss']])
  })

  test('is nobody else’s', async () => {
    expect((await aLog({ type: 'reading.shown', subjectRef: '00000000-0000-4000-8000-000000000001' })()).entries).toEqual([])
  })

  test('comes a page at a time, and every look is on one page, also those of the same moment', async () => {
    const many = SEEN_ON_A_PAGE * 2 + 7
    const ask = aLog(...Array.from({ length: many }, (_, n) => ({ type: 'reading.shown' as const, at: after(day(0), { minutes: Math.floor(n / 10) }) })))
    const seen: string[] = []
    for (let page = await ask(); ; page = await ask(page.next)) {
      seen.push(...page.entries.map(({ place }) => place.id))
      if (!page.next) break
      expect(page.entries).toHaveLength(SEEN_ON_A_PAGE)
    }
    expect(new Set(seen).size).toBe(many)
    expect(seen).toHaveLength(many)
  })
})
