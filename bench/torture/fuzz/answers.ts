import { createAltinn3 } from '@/lib/consent/altinn3/altinn3'
import { problemCodes } from '@/lib/consent/altinn3/wire'
import type { ConsentStatus } from '@/lib/consent/consent'
import type { Http } from '@/lib/http'
import { readAnswer, type RawAnswer } from '@/lib/http-answer'
import { createMaskinporten } from '@/lib/maskinporten/client'
import { readRefusal } from '@/lib/maskinporten/refusal'
import { fail } from '@/lib/result'
import { Secret } from '@/lib/secret'
import { createLanekassen } from '@/lib/sources/lanekassen/lanekassen'
import { aConsent, aNationalId, anOrgNumber, day, digits } from '@/lib/testing/builders'
import { aMaskinporten, clockAt, leaseInMemory, logKept } from '@/lib/testing/fakes'
import { aKeyPair } from '@/lib/testing/key-pairs'
import type { Random } from '../random.ts'
import { must, tried, type Subject } from './fuzz.ts'
import { mutatedEither, mutatedText } from './mutations.ts'

const now = day(0)
const clock = clockAt(now)
const none = { get: () => null }

/** The next answer, as it comes off the wire; all after it are empty pages. */
let next: Pick<RawAnswer, 'status' | 'headers' | 'text'> | null = null
/** The door without a network: what an answer means is read by the same code. */
const door: Http = async ({ schema, parse }) => {
  const raw = next ?? { status: 200, headers: none, text: '{"data":[]}' }
  next = null
  return raw.status >= 300 && raw.status < 400 ? fail('redirected', `answered ${raw.status}`) : readAnswer({ ...raw, asked: now, answered: now }, { schema, parse })
}
const log = logKept()
const come = (input: string): void => {
  log.lines.length = 0
  const status = Number(input.slice(0, 3))
  next = { status, headers: none, text: input.slice(3) }
}
/** A status before the body. None that is tried again after a pause. */
const answer = (random: Random, bodies: readonly string[], refusals: readonly string[] = ['{}']): string => {
  const status = random.chance(0.8) ? random.pick(['200', '201']) : random.pick(['302', '400', '403', '404', '409', '422'])
  return status + mutatedEither(random, random.chance(0.9) === status < '300' ? bodies : refusals)
}
const printsNothing = (): void => must(!JSON.stringify(log.lines).includes(digits), 'said a national id in the log')

const account = (name: string, amount: string) => `{"Name":"${name}","Bban":"${digits}","Assert":"","Balances":[{"BalanceType":"closingBooked","BalanceAmount":{"currency":"NOK","amount":${amount}},"LastChangeDateTime":"2026-01-15T21:02:11.307Z"}]}`
const balances = [
  `{"Accounts":[${account('Lån', '12684.79')},${account('Renter', '90.44')},${account('Gebyr', '280.0')}],"TotalAmount":13055.23}`,
  `{"Accounts":[${account('Omkostninger', '-1.10')}],"TotalAmount":0}`, '{"Accounts":[],"TotalAmount":0}', `{"Accounts":[${account('Lån', 'null')}],"TotalAmount":null}`,
].map((text) => text.normalize('NFC'))
const lanekassen = createLanekassen({ http: door, log }, { url: 'https://lanekassen.example', apiKey: new Secret('x'), scope: 's' })
const credentials = { accessToken: new Secret('a-token'), consentToken: null }

const consent = aConsent({ status: 'accepted' })
const place = 'https://platform.example/accessmanagement/api/v1/enterprise/consentrequests'
const event = (type: string) => `{"eventId":"x","consentRequestId":"${consent.id}","eventType":"${type}","changedDate":"2026-01-01T09:00:00.1234567+00:00"}`
const altinnRefusals = ['{"code":"AM-00001","title":"x"}', `{"validationErrors":[{"code":"AM-00004","detail":"${digits}"}]}`, '{"problems":[{"code":"STD-00001"}]}', '"AM-00003"']
const altinn3 = createAltinn3(
  { http: door, fetch: () => Promise.reject(new TypeError('nobody is asked')), clock, log, maskinporten: aMaskinporten(), lease: leaseInMemory(clock) },
  { platformUrl: 'https://platform.example', consentPageOrigin: 'https://am.ui.example', metadataKey: 'navn', transport: 'altinn3-single', coveredBy: anOrgNumber(), exchange: 'never' },
)
const request = { id: consent.id, offeredBy: aNationalId(), coveredBy: anOrgNumber(), coveredByName: 'Banken', resource: consent.resource, validTo: consent.validTo, redirectUrl: 'https://bank.example/consent/return' }
const statuses: ReadonlySet<ConsentStatus> = new Set(['requested', 'accepted', 'rejected', 'revoked', 'expired'])

const key = await aKeyPair('k')
const metadata = '{"issuer":"https://mp.example/","token_endpoint":"https://mp.example/token","jwks_uri":"https://mp.example/jwk"}'
const maskinporten = () => createMaskinporten({ http: door, clock, newId: () => 'j', lease: leaseInMemory(clock), log }, { issuer: 'https://mp.example/', clientId: 'x', signingKey: async () => key.signing })
const warm = maskinporten()
come(`200${metadata}`)
await warm.metadata()
const tokens = ['{"access_token":"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln","token_type":"Bearer","expires_in":119,"scope":"s"}']
const tokenRefusals = ['{"error":"invalid_grant","error_description":"MP-110: Invalid aud (correlation id: 1)","error_uri":"https://x"}', '{"error":"invalid_scope"}']

/** Answers of other houses, each through the adapter that reads it, with what the adapter may at most make of it. */
export const answers: readonly Subject[] = [
  {
    name: 'Lånekassen’s balance', share: 14,
    make: (random) => answer(random, balances, ['{"message":"x"}']),
    async keepsItsWord(input) {
      come(input)
      const read = await lanekassen.read(credentials, aNationalId(), 'r')
      printsNothing()
      if (!read.ok) return must(!JSON.stringify(read).includes(digits), 'said a national id in its refusal')
      const { parts, total } = read.value
      const known = parts.flatMap(({ amount }) => (amount ? [BigInt(amount.ore)] : []))
      must(!JSON.stringify({ ...read.value, parts: parts.map((part) => ({ ...part, name: '' })) }).includes(`"${digits}"`), 'kept the national id')
      must(total === null || (known.length === parts.length && known.reduce((sum, ore) => sum + ore, 0n) === BigInt(total.ore)), 'a total that is not the sum of known parts')
      must(lanekassen.held.parse(JSON.parse(JSON.stringify(read.value))).total?.ore === total?.ore, 'does not come back from where it is held')
    },
  },
  {
    name: 'what is held (throws by its word)', share: 2,
    make: (random) => mutatedEither(random, ['{"parts":[{"kind":"loan","name":"Lån","amount":{"ore":1268479,"currency":"NOK"},"changedAt":"2026-01-15T21:02:11.307Z"}],"total":{"ore":1268479,"currency":"NOK"},"reconciled":true,"changedAt":null}']),
    keepsItsWord(input) {
      try {
        const { total } = lanekassen.held.parse(JSON.parse(input)) as { total: { ore: number } | null }
        must(total === null || Number.isSafeInteger(total.ore), 'took back what is no money')
      } catch (error) {
        must(error instanceof Error && ['ZodError', '$ZodError', 'SyntaxError', 'RangeError'].includes(error.constructor.name), `threw ${String(error)}`)
      }
    },
  },
  {
    name: 'Retry-After and Date', share: 8,
    make: (random) => mutatedText(random, ['120', 'Thu, 01 Jan 2026 10:02:00 GMT', 'Thursday, 01-Jan-26 10:02:00 GMT', 'Thu Jan  1 10:02:00 2026', '0', '-5', '1000000000']),
    keepsItsWord(input) {
      const read = readAnswer({ status: 429, headers: { get: () => input }, text: '', asked: now, answered: now }, { schema: { safeParse: () => ({}) } as never })
      must(!read.ok && read.reason === 'busy', 'did not take 429 for busy')
      const { retryAfter, clockAhead } = read as { retryAfter: number | null; clockAhead: number | null }
      must(retryAfter === null || retryAfter >= 0, 'stays away for no time at all')
      must(clockAhead === null || Number.isFinite(clockAhead), 'a date that is none')
    },
  },
  {
    name: 'Altinn’s status', share: 6,
    make: (random) => answer(random, [`{"id":"${consent.id}","status":"Accepted","consentRequestEvents":[{"eventType":"Created"},{"eventType":"Accepted"}]}`, `{"id":"${consent.id.toUpperCase()}","consentRequestEvents":[{"eventType":"rejected"},{"eventType":"Expired"}]}`], altinnRefusals),
    async keepsItsWord(input) {
      come(input)
      const status = await altinn3.getStatus(consent)
      must(!status.ok || statuses.has(status.value), 'a status that is none of ours')
      must(!status.ok || status.value === 'requested' || input.toLowerCase().includes(consent.id), 'a status of another consent')
      printsNothing()
    },
  },
  {
    name: 'Altinn’s receipt', share: 4,
    make: (random) => answer(random, [`{"id":"${consent.id}","status":"Created","viewUri":"https://am.ui.example/consent/request?id=${consent.id}"}`], altinnRefusals),
    async keepsItsWord(input) {
      come(input)
      const asked = await altinn3.requestConsent(request)
      must(!asked.ok || new URL(asked.value.consentUrl).origin === 'https://am.ui.example', 'sends the person elsewhere')
      printsNothing()
    },
  },
  {
    name: 'Altinn’s events', share: 6,
    make: (random) => answer(random, [`{"links":{"next":"${place}/events?x=1"},"data":[${event('Accepted')},${event('revoked')},${event('Used')}]}`, '{"data":[]}'], altinnRefusals),
    async keepsItsWord(input) {
      come(input)
      const news = await altinn3.listNews(now)
      must(!news.ok || news.value.every(({ status, at }) => statuses.has(status) && !Number.isNaN(at.getTime())), 'news that are none')
      printsNothing()
    },
  },
  {
    name: 'Altinn’s codes', share: 3,
    make: (random) => mutatedEither(random, altinnRefusals),
    keepsItsWord: (input) => must(problemCodes(tried(input)).every((code) => code.length <= 25 && /^[A-Z0-9.-]+$/.test(code)), 'a code that is none'),
  },
  {
    name: 'Maskinporten’s metadata', share: 3,
    make: (random) => answer(random, [metadata]),
    async keepsItsWord(input) {
      come(input)
      const about = await maskinporten().metadata()
      must(!about.ok || about.value.issuer === 'https://mp.example/', 'another issuer')
    },
  },
  {
    name: 'Maskinporten’s answer', share: 1.5,
    make: (random) => answer(random, tokens, tokenRefusals),
    async keepsItsWord(input) {
      come(input)
      const token = await warm.consentToken('s', { type: 'urn:altinn:consent', id: consent.id, from: 'x' }, { once: false })
      must(!token.ok || token.value.reveal().length >= 20, 'no token')
      must(!JSON.stringify([token, log.lines]).includes('eyJ'), 'printed a token')
    },
  },
  {
    name: 'Maskinporten’s refusal', share: 4,
    make: (random) => mutatedEither(random, tokenRefusals),
    keepsItsWord: (input) => must(/^([a-z_]{1,40}|unreadable)( MP-\d{3})?$/.test(readRefusal(tried(input)).code), 'a code that is none'),
  },
]
