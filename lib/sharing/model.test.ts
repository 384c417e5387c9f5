import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isUsable } from '@/lib/consent/consent'
import { endedBy } from '@/lib/session/session'
import { after, day } from '@/lib/testing/builders'
import { aPlainModel, errandless, happenings, limits, purposes, written, type Happening, type Told } from '@/lib/testing/share-model'
import { codeValidUntil, endOf, readErrand, stateOf, TRIES, type StandingShare } from './share'

/** What each share stands on, in memory: nobody writes down its end, and the rules (share.ts, session.ts, consent.ts) say all the rest. */
function rowsInMemory() {
  type Row<T> = { -readonly [K in keyof T]: T[K] }
  type LogIn = Row<NonNullable<StandingShare['adviser']>>
  let [now, logWorks] = [0, true]
  const at = (minutes = now) => after(day(1), { minutes })
  const advisers: (LogIn | null)[] = [null, null]
  let session: Row<NonNullable<StandingShare['session']>> | null = null
  let consent: Row<StandingShare['consent']> = { status: 'revoked', validTo: at(100_000) }
  let share: Row<StandingShare> & { tries: number } | null = null

  return (event: Happening): boolean => {
    const adviser = 'who' in event ? advisers[event.who] ?? null : null
    switch (event.it) {
      case 'waits': now += event.minutes; break
      case 'log-breaks': logWorks = false; break
      case 'log-mends': logWorks = true; break
      case 'acts': if (session && !endedBy(session, limits, at())) session.lastSeenAt = at(); break
      case 'adviser-acts': case 'adviser-is-confirmed':
        if (!adviser || endedBy(adviser, limits, at())) break
        adviser.checkedAt = at()
        if (event.it === 'adviser-acts') adviser.lastSeenAt = at()
        break
      case 'looks': return logWorks && adviser !== null && share?.adviser === adviser && stateOf(share, limits, at()) === 'open'
      case 'types': types(event, adviser); break
      case 'logs-in': case 'logs-out': case 'revokes': case 'starts': case 'stops':
      case 'adviser-logs-in': case 'adviser-logs-out': case 'adviser-loses-role': case 'leaves':
        if (logWorks) told(event, adviser)
    }
    return false
  }
  /** What happens only when the log takes it. */
  function told(event: Told, adviser: LogIn | null): void {
    switch (event.it) {
      case 'logs-in': share = null; session = { lastSeenAt: at(), expiresAt: at(now + limits.maxMinutes) }; consent = { status: 'accepted', validTo: at(100_000) }; break
      case 'logs-out': session = null; if (share) share.session = null; break
      case 'revokes': if (session) consent.status = 'revoked'; break
      case 'starts':
        if (session && !endedBy(session, limits, at()) && isUsable(consent, at()))
          share = { id: 's', subjectRef: 's', consentId: 'c', createdAt: at(), codeUntil: codeValidUntil(at()), openedAt: null, staffRef: null, unit: null, purpose: null, caseNumber: null, endedAt: null, end: null, sealed: true, session, consent, adviser: null, tries: 0 }
        break
      case 'stops': if (share) share.end = 'stopped'; break
      case 'leaves': if (share && adviser && share.adviser === adviser) share.end = 'adviser-left'; break
      case 'adviser-loses-role': if (adviser) adviser.roles = ['auditor']; break
      case 'adviser-logs-in': case 'adviser-logs-out':
        if (share && adviser && share.adviser === adviser) share.adviser = null
        advisers[event.who] = event.it === 'adviser-logs-in' ? { roles: ['adviser'], lastSeenAt: at(), checkedAt: at(), expiresAt: at(now + 480) } : null
    }
  }
  function types({ right, errand }: Extract<Happening, { it: 'types' }>, adviser: LogIn | null): void {
    const said = readErrand(errand ? written : errandless[0][0], purposes)
    if (!said.ok || !adviser || !share || stateOf(share, limits, at()) !== 'waiting' || share.tries >= TRIES) return
    // Nobody opens what would be over for them at once.
    const opened = { openedAt: at(), adviser, ...said.value }
    if (endOf({ ...share, ...opened }, limits, at())) return
    share.tries++
    if (!logWorks) return
    if (right) Object.assign(share, opened)
    else if (share.tries >= TRIES) share.end = 'code-dead'
  }
}

/**
 * Proves the pure rules, by which the pages tell what is over: share.ts, session.ts, staff-session.ts. Neither a verb nor a
 * query is asked here; model-on-rows.test.ts asks those, in fewer orders.
 */
test('in a hundred thousand orders of events the rules say what the plain model says of who sees an amount', () => {
  let seen = 0
  fc.assert(fc.property(happenings(30), (events) => {
    const [model, rows] = [aPlainModel(), rowsInMemory()]
    for (const [n, event] of events.entries()) {
      const saw = rows(event)
      if (saw) seen++
      if (saw !== model.happens(event)) throw new Error(`event ${n}, ${JSON.stringify(event)}: ${saw ? 'seen' : 'not seen'}`)
    }
  }), { numRuns: 100_000, seed: 20261121 })
  // A model in which nothing is ever shown would hold too.
  expect(seen).toBeGreaterThan(50_000)
}, 120_000)
