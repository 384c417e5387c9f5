import fc from 'fast-check'
import type { StaffRole } from '@/lib/staff/staff-session'

/** What may happen around one customer and two advisers, in any order. */
type Any<Word extends string, More = unknown> = Word extends string ? { readonly it: Word } & More : never
export type Happening =
  | Any<'waits', { readonly minutes: number }>
  | Any<'logs-in' | 'acts' | 'logs-out' | 'revokes' | 'starts' | 'stops' | 'log-breaks' | 'log-mends'>
  | Any<'adviser-logs-in' | 'adviser-acts' | 'adviser-is-confirmed' | 'adviser-logs-out' | 'adviser-loses-role' | 'leaves' | 'looks', { readonly who: 0 | 1 }>
  | Any<'types', { readonly who: 0 | 1; readonly right: boolean; readonly errand: boolean }>

/** What happens only when the log takes it. */
export type Told = Exclude<Happening, { it: 'waits' | 'log-breaks' | 'log-mends' | 'acts' | 'adviser-acts' | 'adviser-is-confirmed' | 'looks' | 'types' }>

export const limits = { idleMinutes: 15, maxMinutes: 120 }
/** What an adviser types beside the code, and what is no errand. */
export const purposes = ['Lånesøknad']
export const written = { purpose: 'Lånesøknad', otherPurpose: '', caseNumber: '1' }
export const errandless = [[{ ...written, purpose: '' }, 'no-purpose'], [{ ...written, caseNumber: '' }, 'no-case']] as const

const who = fc.constantFrom(0 as const, 1 as const)
const common = fc.oneof(
  fc.constantFrom('logs-in' as const, 'starts' as const, 'starts' as const, 'acts' as const).map((it) => ({ it })),
  fc.record({ it: fc.constantFrom('adviser-logs-in' as const, 'looks' as const, 'looks' as const, 'looks' as const), who }),
  fc.record({ it: fc.constant('types' as const), who, right: fc.constant(true), errand: fc.constant(true) }),
)
const rare = fc.oneof(
  fc.record({ it: fc.constant('waits' as const), minutes: fc.constantFrom(1, 4, 9, 10, 14, 15, 40) }),
  fc.constantFrom('logs-out' as const, 'revokes' as const, 'stops' as const, 'log-breaks' as const, 'log-mends' as const, 'log-mends' as const).map((it) => ({ it })),
  fc.record({ it: fc.constantFrom('adviser-acts' as const, 'adviser-logs-out' as const, 'adviser-loses-role' as const, 'leaves' as const), who }),
  fc.record({ it: fc.constant('types' as const), who, right: fc.boolean(), errand: fc.boolean() }),
)
/** Beginnings that lead to a code that waits or to something being shown, more often than chance would; and then anything. */
const waiting: Happening[] = [{ it: 'logs-in' }, { it: 'adviser-logs-in', who: 0 }, { it: 'starts' }]
const shown: Happening[] = [...waiting, { it: 'types', who: 0, right: true, errand: true }, { it: 'looks', who: 0 }]
/** Two hours less a few minutes, in which both were there all the time; and a quarter of an hour in which only the adviser's page was, of late too. */
const long: Happening[] = [...shown, ...[14, 14, 14, 14, 14, 14, 14, 14, 4].flatMap((minutes): Happening[] => [{ it: 'waits', minutes }, { it: 'acts' }, { it: 'adviser-acts', who: 0 }, { it: 'looks', who: 0 }])]
const unattended: Happening[] = [...shown, ...[9, 5].flatMap((minutes): Happening[] => [{ it: 'waits', minutes }, { it: 'acts' }, { it: 'adviser-is-confirmed', who: 0 }, { it: 'looks', who: 0 }]), { it: 'waits', minutes: 2 }, { it: 'looks', who: 0 }]
/** Time goes by, in which one of them, both or nobody does something; and then the adviser looks. */
const meanwhile = fc.tuple(fc.constantFrom(2, 5, 9, 14), fc.subarray(['acts', 'adviser-acts', 'adviser-is-confirmed'] as const)).map(([minutes, those]): Happening[] => [
  { it: 'waits', minutes },
  ...those.map((it): Happening => (it === 'acts' ? { it } : { it, who: 0 })),
  { it: 'looks', who: 0 },
])
const one = fc.oneof({ arbitrary: common, weight: 3 }, { arbitrary: rare, weight: 2 }).map((event) => [event as Happening])
export const happenings = (most: number): fc.Arbitrary<readonly Happening[]> =>
  fc.tuple(fc.oneof({ arbitrary: fc.constantFrom([], waiting, shown, shown), weight: 18 }, { arbitrary: fc.constantFrom(long, unattended), weight: 1 }), fc.array(fc.oneof({ arbitrary: one, weight: 5 }, { arbitrary: meanwhile, weight: 1 }), { minLength: 1, maxLength: most })).map(([begun, more]) => [...begun, ...more.flat()])

const [IDLE, LONGEST, STAFF_LONGEST, DOUBT, CODE, TRIES] = [15, 120, 480, 3, 10, 5]
type LogIn = { readonly id: number; readonly at: number; seen: number; confirmed: number; roles: readonly StaffRole[] }

/**
 * When an amount may be seen, said as plainly as can be: by what has happened and how long ago, and by nothing of the code's
 * own. Minutes.
 */
export function aPlainModel() {
  let [now, logIns, logWorks, consentStands] = [0, 0, true, true]
  let customer: LogIn | null = null
  const advisers: (LogIn | null)[] = [null, null]
  let waiting: { readonly since: number; tries: number } | null = null
  /** The adviser's log-in that it is shown to, with an errand, told to the log. */
  let showing: number | null = null

  const live = (logIn: LogIn | null, longest: number): logIn is LogIn => logIn !== null && now - logIn.seen < IDLE && now - logIn.at < longest
  const isAdviser = (logIn: LogIn | null): logIn is LogIn => live(logIn, STAFF_LONGEST) && logIn.roles.includes('adviser') && now - logIn.confirmed < DOUBT
  const over = () => { waiting = null; showing = null }
  const maySee = (n: 0 | 1) => logWorks && live(customer, LONGEST) && consentStands && isAdviser(advisers[n] ?? null) && showing === advisers[n]?.id

  /** Whether somebody saw an amount. */
  function happens(event: Happening): boolean {
    switch (event.it) {
      case 'waits': now += event.minutes; break
      case 'log-breaks': logWorks = false; break
      case 'log-mends': logWorks = true; break
      case 'acts': if (live(customer, LONGEST)) customer.seen = now; break
      case 'adviser-acts': case 'adviser-is-confirmed': {
        const adviser = advisers[event.who] ?? null
        if (!live(adviser, STAFF_LONGEST)) break
        adviser.confirmed = now
        if (event.it === 'adviser-acts') adviser.seen = now
        break
      }
      case 'looks': return maySee(event.who)
      case 'types': types(event); break
      case 'logs-in': case 'logs-out': case 'revokes': case 'starts': case 'stops':
      case 'adviser-logs-in': case 'adviser-logs-out': case 'adviser-loses-role': case 'leaves':
        if (logWorks) told(event)
    }
    return false
  }
  function told(event: Told): void {
    switch (event.it) {
      case 'logs-in': over(); customer = { id: ++logIns, at: now, seen: now, confirmed: now, roles: [] }; consentStands = true; break
      case 'logs-out': over(); customer = null; break
      case 'revokes': if (customer) { over(); consentStands = false } break
      case 'starts': if (live(customer, LONGEST) && consentStands) { over(); waiting = { since: now, tries: 0 } } break
      case 'stops': over(); break
      case 'adviser-logs-in': ended(advisers[event.who]); advisers[event.who] = { id: ++logIns, at: now, seen: now, confirmed: now, roles: ['adviser'] }; break
      case 'adviser-logs-out': ended(advisers[event.who]); advisers[event.who] = null; break
      case 'adviser-loses-role': { const adviser = advisers[event.who]; if (adviser) { ended(adviser); adviser.roles = ['auditor'] } break }
      case 'leaves': ended(advisers[event.who])
    }
  }
  const ended = (logIn: LogIn | null | undefined) => { if (logIn && showing === logIn.id) over() }
  function types({ who: n, right, errand }: Extract<Happening, { it: 'types' }>): void {
    const adviser = advisers[n] ?? null
    if (!isAdviser(adviser) || !errand || !waiting || now - waiting.since >= CODE || waiting.tries >= TRIES) return
    waiting.tries++
    if (!logWorks) return
    if (!right && waiting.tries >= TRIES) over()
    if (!right || !live(customer, LONGEST)) return
    over()
    showing = adviser.id
  }
  return { happens, now: () => now }
}
