import { z } from 'zod'
import { fail, ok, type Result } from '@/lib/result'
import type { ConsentStatus } from '../consent'
import type { ConsentNews } from '../provider'

const link = z.url().nullish()
/** `GET consentrequests/events`: a page, oldest first; `next` only when the page is full. Casing of enumerations varies. */
export const eventsAnswer = z.object({
  links: z.object({ next: link }).nullish(),
  data: z.array(z.object({ consentRequestId: z.guid(), eventType: z.string(), changedDate: z.iso.datetime({ offset: true }).transform((text) => new Date(text)) })).max(1_000),
})
export type EventsAnswer = z.infer<typeof eventsAnswer>

const statusByType: ReadonlyMap<string, ConsentStatus> = new Map([['accepted', 'accepted'], ['rejected', 'rejected'], ['revoked', 'revoked'], ['deleted', 'revoked']])

/** Pages read in one go: 10,000 events. What is left is there next time. */
const MOST_PAGES = 100

/**
 * Reads the feed from `first`, following `next` word for word but only on the platform we know. Unknown types are
 * passed over: new ones may appear.
 */
export async function readFeed<Reason extends string>(first: string, page: (url: string) => Promise<Result<EventsAnswer, Reason>>): Promise<Result<readonly ConsentNews[], Reason | 'provider-unavailable'>> {
  const news: ConsentNews[] = []
  const { origin } = new URL(first)
  let url: string | null = first
  for (let n = 0; url !== null && n < MOST_PAGES; n++) {
    if (new URL(url).origin !== origin) return fail('provider-unavailable', 'the feed leads to another origin')
    const answer: Result<EventsAnswer, Reason> = await page(url)
    if (!answer.ok) return answer
    for (const { consentRequestId, eventType, changedDate } of answer.value.data) {
      const status = statusByType.get(eventType.toLowerCase())
      if (status) news.push({ reference: consentRequestId.toLowerCase(), status, at: changedDate })
    }
    url = answer.value.links?.next ?? null
  }
  return ok(news)
}

/** The address of the first page: everything since then that concerns the state of a consent. */
export function feedAddress(requests: string, since: Date): string {
  const query = new URLSearchParams({ createdAfter: since.toISOString() })
  for (const type of statusByType.keys()) query.append('eventType', type)
  return `${requests}/events?${query.toString()}`
}
