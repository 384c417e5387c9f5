import { z } from 'zod'

const body = z.object({ error: z.string().max(60), error_description: z.string().max(2_000).optional() })

/** A refusal at the token endpoint, in words that may be logged. The rest of what it says may hold personal data. */
export type Refusal = {
  /** `error` and the MP code, if it has one. */
  readonly code: string
  readonly mp: string | null
  /** What it is about: our set-up or our key, whatever was asked for; this one grant; or something else, perhaps the consent. */
  readonly about: 'set-up' | 'key' | 'grant' | 'other'
  /** What an operator can do; empty when there is nothing to say. */
  readonly remedy: string
}

type Meaning = Pick<Refusal, 'about' | 'remedy'>
const setUp = (remedy: string): Meaning => ({ about: 'set-up', remedy })
const clock = 'this machine’s clock differs from Maskinporten’s'

/** Digdir's list of errors (maskinporten_feilsoking), with what mends each. */
const byCode: Readonly<Record<string, Meaning>> = {
  'MP-012': { about: 'grant', remedy: 'the grant had been used' },
  'MP-130': { about: 'grant', remedy: clock },
  'MP-121': { about: 'key', remedy: 'the key was posted more than a year ago: post it again, or the next one' },
  'MP-124': { about: 'key', remedy: 'the signature is not by a key of this client: is this kid registered, in this environment, for at least two minutes?' },
  'MP-100': setUp('MASKINPORTEN_CLIENT_ID is not known in this environment'),
  'MP-110': setUp('MASKINPORTEN_ISSUER is not this environment’s'),
  'MP-120': setUp('the certificate is not valid in this environment'),
  'MP-122': setUp('the certificate is for another organisation than the client’s owner'),
  'MP-123': setUp('the form of x5c: tell the maintainers'),
  'MP-200': setUp('the scope is not on the client: add it, and wait two minutes'),
  'MP-201': setUp('the scope is for another type of integration: make a client of type Maskinporten'),
  'MP-250': setUp('the bank has not been given the scope: ask its owner. A supplier: is SUPPLIER_ORG_NUMBER set?'),
  'MP-251': setUp('the bank has not delegated the scope to the supplier: it does so in Altinn, for test and production apart'),
}
/** Refusals to which Digdir gives no code, by words in their text. */
const byWords: readonly (readonly [RegExp, Meaning])[] = [
  [/combination consumer_org/i, setUp('the client belongs to the bank itself: a supplier uses a client of its own; a bank without one leaves SUPPLIER_ORG_NUMBER out')],
  [/issue time is after now/i, { about: 'grant', remedy: clock }],
  [/no key identifier|pre-registered jwk/i, { about: 'key', remedy: 'the client has a registered key and must sign with it: use MASKINPORTEN_JWK' }],
]

/** Reads a refusal. One that is not in the documented form is `unreadable`, and says nothing. */
export function readRefusal(problem: unknown): Refusal {
  const { data } = body.safeParse(problem)
  const text = data?.error_description ?? ''
  const mp = /\bMP-\d{3}\b/.exec(text)?.[0] ?? null
  const error = /^[a-z_]{1,40}$/.test(data?.error ?? '') ? (data?.error ?? '') : 'unreadable'
  const meaning = mp === null ? byWords.find(([words]) => words.test(text))?.[1] : byCode[mp]
  return { code: mp ? `${error} ${mp}` : error, mp, ...(meaning ?? { about: 'other', remedy: '' }) }
}
