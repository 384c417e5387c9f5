import type { Party } from '../scene/street.ts'
import type { Sort } from './kinds.ts'
import type { Page } from './words.ts'

/** What the person (or the job) was told: null when all went well. */
export type Told = { readonly page: Page | 'job'; readonly reason: string } | null

/** Set-ups of the app in which there are calls that the usual one does not make. */
export const houses = {
  usual: { settings: {}, street: {} },
  'tokens exchanged at Altinn': { settings: { ALTINN_TOKEN_EXCHANGE: 'always' }, street: { altinnWants: 'exchanged' } },
  'consents exchanged': { settings: { LANEKASSEN_CONSENT_TRANSPORT: 'altinn3-both' }, street: { lanekassenTransport: 'altinn3-both' } },
} as const
export type House = keyof typeof houses

/** A call to a party, and what happens when a fault strikes it. */
export type Place = {
  readonly name: string
  readonly party: Party
  readonly step: string
  /** What the person does to get there. */
  readonly presses: 'ask' | 'go on' | 'follow'
  /** The words that are right for each sort of fault. */
  readonly words: Readonly<Partial<Record<Sort, readonly string[]>>>
  /** Sorts that this place need not notice, since it asks again or in another way. */
  readonly forgives?: (kind: string) => boolean
  /** Where there is such a call; the usual set-up when nothing is said. */
  readonly house?: House
  /** A call that is made once, since it may have done what it was to do: no second attempt, and a new consent where that is not known. */
  readonly onlyOnce?: true
  /** Asked only by an instance that has just started. */
  readonly onlyFresh?: true
  /** A token that is shared must be gone, or nobody asks for one. */
  readonly withoutTokens?: true
}

const oursToMend = { '400': ['misconfigured'], '401': ['misconfigured'], '403': ['misconfigured'], '404': ['misconfigured'] } as const
const altinn = { away: ['provider-unavailable'], busy: ['provider-unavailable'], nonsense: ['provider-unavailable'], ...oursToMend } as const
const maskinporten = { away: ['credentials-unavailable'], busy: ['credentials-unavailable'], nonsense: ['credentials-unavailable'], ...oursToMend } as const
/** What certainly was not sent, or was answered with a no, may be tried again; of the rest nobody knows what came. */
const exchange = { away: ['exchange-unknown', 'credentials-unavailable'], busy: ['credentials-unavailable'], nonsense: ['exchange-unknown', 'credentials-unavailable'], ...oursToMend } as const
/** An issuer's own documents: whatever is wrong with them, nobody can go on before they are there again. */
const documents = Object.fromEntries((['away', 'busy', 'nonsense', '400', '401', '403', '404'] as const).map((sort) => [sort, ['credentials-unavailable', 'misconfigured']]))

export const places: readonly Place[] = [
  { name: 'Maskinporten’s metadata', party: 'maskinporten', step: 'metadata', presses: 'ask', words: documents, onlyFresh: true, withoutTokens: true },
  { name: 'Maskinporten’s token, to ask Altinn', party: 'maskinporten', step: 'token', presses: 'ask', words: maskinporten, withoutTokens: true },
  // An answer to a creation that cannot be read is followed by a question, which says the same.
  { name: 'Altinn, asked for a consent', party: 'altinn', step: 'create', presses: 'ask', words: altinn, forgives: (kind) => ['empty object', 'first field missing', 'every value null', 'wrong-types', 'a key twice'].includes(kind) },
  { name: 'Maskinporten’s token, to hear the answer', party: 'maskinporten', step: 'token', presses: 'go on', words: maskinporten, withoutTokens: true },
  { name: 'Altinn, asked for the answer', party: 'altinn', step: 'status', presses: 'go on', words: altinn },
  { name: 'Altinn, asked for its events', party: 'altinn', step: 'events', presses: 'follow', words: altinn, forgives: (kind) => kind === 'a key twice' },
  { name: 'Maskinporten’s consent token', party: 'maskinporten', step: 'consent-token', presses: 'go on', words: maskinporten },
  { name: 'Maskinporten’s keys', party: 'maskinporten', step: 'jwks', presses: 'go on', words: documents, onlyFresh: true },
  // The answer is nothing but a token in quotes, which has no fields to be wrong in.
  { name: 'Altinn, asked to exchange a token', party: 'altinn', step: 'exchange', presses: 'ask', words: altinn, house: 'tokens exchanged at Altinn', withoutTokens: true, forgives: (kind) => ['first field missing', 'every value null', 'a key twice'].includes(kind) },
  { name: 'Maskinporten’s consent token, the one exchange', party: 'maskinporten', step: 'consent-token', presses: 'go on', words: exchange, house: 'consents exchanged', onlyOnce: true },
  {
    name: 'Lånekassen', party: 'lanekassen', step: 'accounts', presses: 'go on',
    words: { away: ['source-unavailable'], busy: ['source-busy'], nonsense: ['unexpected-answer'], '400': ['misconfigured'], '401': ['misconfigured'], '403': ['consent-refused'], '404': ['not-a-customer'] },
  },
]
