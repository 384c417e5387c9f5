import type { z } from 'zod'
import type { SourceCredentials } from '@/lib/consent/provider'
import type { NationalId } from '@/lib/national-id'
import type { Failure, Ok } from '@/lib/result'

export type SourceFailure =
  | 'source-unavailable'
  | 'source-busy'
  /** The source knows nothing of this person: not a balance of zero, and not an error. */
  | 'not-a-customer'
  /** The source does not accept the consent. */
  | 'consent-refused'
  /** It answered 200 with something we must not show: another person's, another currency, not in its own form. */
  | 'unexpected-answer'
  | 'misconfigured'

/**
 * `access-refused`: the source does not take the access token. `retryAfter`: seconds to stay away, with `source-busy`; null
 * when the source did not say.
 */
export type SourceRefusal = (Failure<SourceFailure> | Failure<'access-refused'>) & { readonly retryAfter?: number | null }

/** Gives data against a consent. One call; the caller decides whether there may be another. */
export type DataSource<T> = {
  /** Its name among the upstreams. */
  readonly name: 'lanekassen'
  /** The scope that the access token must hold, alone. */
  readonly scope: string
  /** Reads back what was held as JSON; a held reading that does not fit is a bug. */
  readonly held: z.ZodType<T>
  read(credentials: SourceCredentials, person: NationalId, requestId: string, signal?: AbortSignal): Promise<Ok<T> | SourceRefusal>
}
