/**
 * How patient we are with each upstream, in one table: docs/policies.md is made from it. Times are milliseconds and
 * hold for everything: connecting, headers, body and further attempts. Every page is answered within ten seconds.
 */
export type Policy = {
  readonly total: number
  /** Calls for one question at most; only where the question may be repeated. */
  readonly attempts: number
  /** What the person or the operator meets when it fails all the same. */
  readonly onFailure: string
}

export type Upstream = 'idporten' | 'staff' | 'maskinporten' | 'altinn' | 'lanekassen'

/** Milliseconds to connect, whoever it is. */
export const CONNECT = 1_000

export const policies: Readonly<Record<Upstream, Policy>> = {
  idporten: { total: 4_000, attempts: 1, onFailure: 'The start page says that ID-porten cannot be reached; the person tries again.' },
  staff: { total: 4_000, attempts: 1, onFailure: 'The log-in page for staff says so. Whoever is logged in goes on for three minutes at most after the last good answer, and then sees nothing until the provider answers.' },
  maskinporten: { total: 3_000, attempts: 3, onFailure: 'The page says so and offers another try. Every attempt is a new grant with a new jti.' },
  altinn: { total: 4_000, attempts: 3, onFailure: 'The consent page stays usable; the same request is repeated with the same id.' },
  lanekassen: { total: 8_000, attempts: 1, onFailure: 'The balance page says so and offers another try. 429 closes the gate for all instances.' },
}

/**
 * The exchange of a consent for its token, where a transport makes only one in the consent's life (consent/exchange.ts): a
 * call to this upstream and in its time. It is sent once; again only when no byte left us, or the grant was refused unused.
 */
export const exchange = {
  at: { 'altinn3-both': 'maskinporten', altinn2: 'altinn' },
  attempts: 1,
  onFailure: 'The page says that nobody knows whether the consent was used, and offers a new one. There is no second exchange.',
} as const satisfies { readonly at: Readonly<Record<string, Upstream>>; readonly attempts: number; readonly onFailure: string }

/**
 * PostgreSQL gets two seconds for a statement, one for a lock, and two to let us in; a pool that waits for ever hides an
 * outage. A server that says nothing at all cannot keep its own time: then we stop waiting after three.
 */
export const database = {
  connection: { query_timeout: 3_000, statement_timeout: 2_000, lock_timeout: 1_000, idle_in_transaction_session_timeout: 5_000, connectionTimeoutMillis: 2_000 },
  transaction: { maxWait: 2_000, timeout: 4_000 },
  onFailure: 'Every page says 503, in plain words, and no balance is shown; the person tries again.',
}

/** Milliseconds for a whole reading: credentials and the source together. */
export const READING = 9_000

/** Milliseconds after which whoever was reading is taken to have died: a reading, and a little for the database. */
export const GIVEN_UP = READING + 3_000

/** The breaker of each upstream: so many failures within so many milliseconds close it for so long, then one call probes. */
export const breaker = { failures: 5, within: 10_000, closedFor: 5_000 } as const

/** Seconds to stay away after "too busy": what it said, within bounds; when it said nothing, the middle one. */
export const busy = { least: 1, unsaid: 30, most: 900 } as const
export const secondsAway = (retryAfter: number | null | undefined): number => Math.min(Math.max(retryAfter ?? busy.unsaid, busy.least), busy.most)
