import { fail, ok, type Failure, type Result } from '@/lib/result'
import type { ProviderId } from './consent'
import type { EventFeedStore } from './event-feed-store'
import type { ConsentNews, ProviderFailure } from './provider'
import { settleConsent, type SettleConsentDeps } from './settle-consent'

export type FollowDeps = SettleConsentDeps & { readonly feeds: EventFeedStore }
type Input = {
  readonly provider: ProviderId
  /** The consumer whose events these are. */
  readonly coveredBy: string
  /** Seconds between two questions to the provider. */
  readonly everySeconds: number
  readonly correlationId: string
}

/** Milliseconds read again each time: the feed shows an event only after five minutes, and not in the order of commits. */
const OVERLAP = 600_000
/** Where a feed that was never read begins: nothing of ours is older than the installation. */
const FIRST_LOOK = 3_600_000

/**
 * Reads what has happened at the provider since last time and settles the consents it concerns. An event is a hint: the
 * status decides, and is only asked for where the hint differs from our record. Where the provider is away, the feed is
 * read from there again; one consent that it will not speak of keeps no other waiting, and is asked about before use.
 */
export async function followConsentEvents(deps: FollowDeps, { provider, coveredBy, everySeconds, correlationId }: Input): Promise<Result<{ settled: number }, ProviderFailure>> {
  const now = deps.clock.now()
  const name = `${provider}/${coveredBy}`
  const position = await deps.feeds.position(name)
  const sinceLast = position ? now.getTime() - position.askedAt.getTime() : Infinity
  // Five seconds' grace: the job that calls us starts on the minute, give or take.
  if (sinceLast >= 0 && sinceLast < (everySeconds - 5) * 1000) return ok({ settled: 0 })

  const readUpTo = position?.readUpTo ?? new Date(now.getTime() - FIRST_LOOK)
  const news = await deps.providers[provider].listNews(new Date(readUpTo.getTime() - OVERLAP))
  if (!news.ok) return news

  let settled = 0
  let trouble: Failure<ProviderFailure> | null = null
  for (const hint of latestOfEach(news.value)) {
    const outcome = await follow(deps, provider, hint, correlationId)
    if (!outcome.ok && isAway(outcome.reason)) {
      await deps.feeds.advance(name, hint.at, now)
      return outcome
    }
    if (!outcome.ok) trouble ??= outcome
    else if (outcome.value) settled++
  }
  await deps.feeds.advance(name, news.value.at(-1)?.at ?? readUpTo, now)
  return trouble ?? ok({ settled })
}

const isAway = (reason: ProviderFailure): boolean => reason === 'provider-unavailable' || reason === 'credentials-unavailable'

/** The last word on each consent, in the order they were said. */
function latestOfEach(news: readonly ConsentNews[]): readonly ConsentNews[] {
  const latest = new Map<string, ConsentNews>()
  for (const hint of news) {
    latest.delete(hint.reference)
    latest.set(hint.reference, hint)
  }
  return [...latest.values()]
}

/** True when our record changed. */
async function follow(deps: FollowDeps, provider: ProviderId, { reference, status }: ConsentNews, correlationId: string): Promise<Result<boolean, ProviderFailure>> {
  const consent = await deps.consents.findByReference(provider, reference)
  const open = consent?.status === 'requested' || consent?.status === 'accepted'
  if (!consent || !open || consent.status === status) return ok(false)
  const settled = await settleConsent(deps, { consent, actor: 'system', correlationId })
  if (settled.ok) return ok(settled.value.status !== consent.status)
  // Somebody else moved it meanwhile, or it is closed: nothing left to do.
  const { reason } = settled
  return reason === 'not-allowed' || reason === 'changed-meanwhile' ? ok(false) : fail(reason, settled.detail)
}
