/**
 * What Saldosyn promises, small enough to read: no database, no network, no clock of its own. Random sequences of what
 * people, Altinn and the jobs do are played here and in the real core, and the two are compared after every step.
 */
export type Name = 'ada' | 'bo'
export type Status = 'requested' | 'accepted' | 'rejected' | 'revoked' | 'expired'
type Consent = { readonly nr: number; readonly of: Name; status: Status; altinn: Status; readonly requestedAt: number; readonly validTo: number; settledAt: number; stoppedHere: boolean }
type LogIn = { readonly of: Name; readonly nr: number; lastSeen: number; readonly expires: number; alive: boolean; hasRead: boolean; holds: Consent | null }
type Event = { readonly about: Consent; readonly word: Status; readonly at: number }

const second = 1_000
const minute = 60 * second
const day = 24 * 60 * minute
export const DAYS = 45

export type Model = ReturnType<typeof aModel>
export function aModel(start: number) {
  const consents: Consent[] = []
  const logIns: LogIn[] = []
  const browsers: (LogIn | null)[] = [null, null]
  const events: Event[] = []
  /** The audit log, and the calls for a balance. */
  const told: string[] = []
  let [now, readings, readUpTo, askedAt] = [start, 0, -Infinity, -Infinity]

  const tell = (who: Name, what: string) => void told.push(`${who} ${what}`)
  const of = (who: Name) => consents.filter((it) => it.of === who).reverse()
  const isUsable = (it: Consent) => it.status === 'accepted' && now < it.validTo
  const altinnSays = (it: Consent): Status => (now >= it.validTo && (it.altinn === 'requested' || it.altinn === 'accepted') ? 'expired' : it.altinn)

  /** A consent that ends takes with it every amount that was held on it. */
  function move(it: Consent, to: Status, outcome: string = to) {
    tell(it.of, `${it.status === 'accepted' ? 'consent.closed' : 'consent.settled'}: ${outcome}`)
    Object.assign(it, { status: to, settledAt: now })
    if (to !== 'accepted') for (const logIn of logIns) if (logIn.holds === it) logIn.holds = null
  }
  /** Altinn's word becomes ours; only forward, and never from what is over. */
  function settle(it: Consent) {
    const word = altinnSays(it)
    if (word === it.status || (it.status !== 'requested' && it.status !== 'accepted')) return
    if (it.status === 'requested' && word === 'revoked') move(it, 'accepted')
    move(it, word)
  }
  /** The end of a log-in takes its amount with it. */
  function end(logIn: LogIn, why: string) {
    if (!logIn.alive) return
    Object.assign(logIn, { alive: false, holds: null })
    tell(logIn.of, `session.ended: ${why}`)
  }
  const isOver = (it: LogIn) => (now >= it.expires ? 'absolute' : now - it.lastSeen >= 15 * minute ? 'idle' : null)
  /** Who stands at this browser: nobody, once the log-in is over. Being there is noted every ten seconds. */
  function visitor(browser: number): LogIn | null {
    const logIn = browsers[browser]
    if (!logIn?.alive) return null
    const over = isOver(logIn)
    if (over) end(logIn, over)
    else if (now - logIn.lastSeen >= 10 * second) logIn.lastSeen = now
    return over ? null : logIn
  }

  return {
    consents, logIns, told, of, visitorOf: (browser: number) => browsers[browser] ?? null,
    now: () => now,
    readings: () => readings,
    timePasses: (ms: number) => void (now += ms),

    logIn(browser: number, who: Name) {
      const before = browsers[browser]
      if (before) end(before, 'replaced')
      browsers[browser] = { of: who, nr: logIns.length, lastSeen: now, expires: now + 120 * minute, alive: true, hasRead: false, holds: null }
      logIns.push(browsers[browser])
      tell(who, 'session.started')
    },
    logOut: (browser: number) => { const it = browsers[browser]; if (it) end(it, 'own') },
    /** ID-porten says that a log-in is over, in either way. */
    loggedOutElsewhere: (nr: number, how: string) => { const it = logIns[nr]; if (it) end(it, how) },
    endExpired() { for (const it of logIns) if (it.alive) { const over = isOver(it); if (over) end(it, over) } },

    /** Leads to a consent that is there, to the question that stands unanswered for less than a day, or to a new one. */
    ask(browser: number, renew: boolean): 'nobody' | 'usable' | number {
      const who = visitor(browser)?.of
      if (!who) return 'nobody'
      const usable = of(who).find(isUsable)
      if (usable && !(renew && usable.validTo - now <= 30 * day)) return 'usable'
      const open = of(who).find(({ status }) => status === 'requested')
      if (open && now < open.validTo && now - open.requestedAt < day) return open.nr
      if (open) settle(open)
      if (open && isUsable(open)) return 'usable'
      if (open?.status === 'requested') move(open, 'expired')
      const asked: Consent = { nr: consents.length, of: who, status: 'requested', altinn: 'requested', requestedAt: now, validTo: now + DAYS * day, settledAt: NaN, stoppedHere: false }
      consents.push(asked)
      tell(who, 'consent.requested')
      return asked.nr
    },
    /** In Altinn, by the person themselves: an answer to a question, or a withdrawal. */
    inAltinn(nr: number, word: 'accepted' | 'rejected' | 'revoked') {
      const it = consents[nr]
      if (!it || now >= it.validTo || it.altinn !== (word === 'revoked' ? 'accepted' : 'requested')) return
      it.altinn = word
      events.push({ about: it, word, at: now })
    },
    /** Back from Altinn, or "fetch": hears the answer, and reads once in each log-in. A reference finds, and proves nothing. */
    goOn(browser: number, ref: number | null): string {
      const logIn = visitor(browser)
      if (!logIn) return 'nobody'
      const returned = ref === null ? undefined : consents[ref]
      if (returned?.status === 'requested' && returned.of !== logIn.of) {
        tell(logIn.of, 'consent.wrong-person')
        return 'wrong-person'
      }
      for (const it of of(logIn.of)) if (it.status === 'requested') settle(it)
      const usable = of(logIn.of).find(isUsable)
      const newest = of(logIn.of)[0]
      if (!usable) return newest && (newest.status !== 'expired' || newest.settledAt >= newest.validTo) ? 'consent' : 'invitation'
      if (logIn.hasRead) return 'balance'
      tell(logIn.of, 'source.read-started')
      if (usable.altinn !== 'accepted') {
        settle(usable)
        tell(logIn.of, 'source.read: consent-ended')
        return 'consent'
      }
      readings++
      Object.assign(logIn, { hasRead: true, holds: usable })
      tell(logIn.of, 'source.read: ok')
      return 'balance'
    },
    /** Shows what this log-in holds, as long as the consent stands; every look is in the log. */
    look(browser: number): Name | null {
      const logIn = visitor(browser)
      if (!logIn?.holds || !isUsable(logIn.holds)) return null
      tell(logIn.of, 'reading.shown')
      return logIn.of
    },
    /** Ends our use of a consent of one's own, and of the ones it renewed; Altinn is not told. */
    stopHere(browser: number, nr: number): string {
      const who = visitor(browser)?.of
      const it = consents[nr]
      if (!who) return 'nobody'
      if (it && it.of !== who) tell(who, 'access.refused: consent-of-another')
      if (it?.of !== who) return 'not-found'
      if (it.status !== 'accepted') return 'not-open'
      for (const each of of(who)) if (each.status === 'accepted') { each.stoppedHere = true; move(each, 'revoked', 'stopped-here') }
      return 'stopped'
    },
    /** The job that follows Altinn's events, once a minute, and asks where the last of them is news; what happened long before the first time is not heard. */
    follow() {
      if (now - askedAt < 55 * second) return
      const since = (readUpTo === -Infinity ? now - 60 * minute : readUpTo) - 10 * minute
      if (readUpTo === -Infinity) readUpTo = now - 60 * minute
      const heard = events.filter(({ at }) => at >= since)
      for (const { about, word } of new Map(heard.map((event) => [event.about, event])).values()) if (about.status !== word) settle(about)
      readUpTo = Math.max(readUpTo, ...heard.map(({ at }) => at))
      askedAt = now
    },
    /** The job that closes what has run out; whoever left a question for a day may have answered and never come back. */
    expire() {
      for (const it of consents) {
        const over = now >= it.validTo
        if (it.status === 'requested' && !over && now - it.requestedAt >= day) settle(it)
        if ((over && (it.status === 'accepted' || it.status === 'requested')) || (it.status === 'requested' && now - it.requestedAt >= day)) move(it, 'expired')
      }
    },
  }
}
