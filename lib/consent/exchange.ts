import { GIVEN_UP } from '@/lib/policies'
import type { Consent } from './consent'

/**
 * What may be done about the exchange of a consent. A consent is exchanged once: where it cannot be ruled out that a token
 * was made, there is no second exchange but a new consent.
 */
export type ExchangeStanding =
  /** It may be exchanged: it never was, or the source answered on it once and has forgotten it since. */
  | 'open'
  /** Somebody is at it: wait for them. */
  | 'underway'
  /** It was sent, and nobody knows what came of it. */
  | 'exchange-unknown'
  /** A token was made, and no answer of the source on it has come. */
  | 'token-spent'

/** Where the exchange stands at `now`. Whoever began it and has said nothing for longer than a reading takes has died. */
export function exchangeStanding({ exchange, exchangeAt }: Pick<Consent, 'exchange' | 'exchangeAt'>, now: Date): ExchangeStanding {
  const atIt = exchangeAt !== null && now.getTime() - exchangeAt.getTime() < GIVEN_UP
  switch (exchange) {
    case null:
    case 'used':
      return 'open'
    case 'begun':
      return atIt ? 'underway' : 'exchange-unknown'
    case 'given':
      return atIt ? 'underway' : 'token-spent'
    case 'lost':
      return 'exchange-unknown'
    case 'spent':
      return 'token-spent'
  }
}

/** The consent stands, and no balance comes of it any more: only a new consent leads on. */
export function isStuck(consent: Pick<Consent, 'exchange' | 'exchangeAt'>, now: Date): boolean {
  const standing = exchangeStanding(consent, now)
  return standing === 'exchange-unknown' || standing === 'token-spent'
}
