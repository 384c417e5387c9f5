import type { ExpectedConsent } from '@/lib/consent/altinn2/consent-token'
import { day, digits, othersDigits } from './builders'
import { forgery, type BadVariant, type Issuer, type Variant } from './forged-tokens'

const now = day(0)
const at = (seconds: number) => Math.floor(now.getTime() / 1000) + seconds
const days = (n: number) => at(n * 86_400)
const code = '7d1f0a52-5c1e-4f2b-9a55-0d6f3a1b2c3d'
const [BANK, SUPPLIER] = ['311111116', '312222221']
/** The consent that the good ones are about; with a supplier where it says so. */
export const expectedOfAltinn2 = (handledBy: string | null = null): ExpectedConsent => ({ code, offeredBy: digits, coveredBy: BANK, handledBy, service: { code: '5498', edition: 1 }, now })

type Json = Record<string, unknown>
/** As Altinn documented it: thirty seconds, and times as seconds. */
const claims: Json = {
  Services: ['5498_1', '5498_1_Navn=Testbanken AS'], AuthorizationCode: code, OfferedBy: digits, RequiredDelegator: digits, CoveredBy: BANK,
  DelegatedDate: at(-60), ValidToDate: days(300), nbf: at(0), iat: at(0), exp: at(30), iss: 'altinn.no',
}
const without = (name: string): Json => ({ [name]: undefined })
const fullWidth = (text: string) => [...text].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join('')

/** Wrong in one claim each, by the check that must find it. */
const wrongClaims: readonly [found: string, readonly [what: string, change: Json][]][] = [
  ['ERR_JWT_(CLAIM_VALIDATION_FAILED|EXPIRED|INVALID)|life', [
    ...['https://altinn.no', 'Altinn.no', 'altinn.no/', ' altinn.no', 'tt02.altinn.no', 'https://test.maskinporten.no/', ''].map((iss): [string, Json] => [`iss "${iss}"`, { iss }]), ['no iss', without('iss')], ['several iss', { iss: ['altinn.no', 'x'] }],
    ...[-10, -11, -60, -3_600].map((seconds): [string, Json] => [`exp ${seconds} s ago`, { nbf: at(seconds - 30), exp: at(seconds) }]),
    ['no exp', without('exp')], ['exp as text', { exp: String(at(30)) }], ['exp null', { exp: null }], ['exp zero', { exp: 0 }],
    ...[11, 60, 3_600].map((seconds): [string, Json] => [`good from ${seconds} s on`, { nbf: at(seconds), exp: at(seconds + 30) }]), ['no nbf', without('nbf')], ['nbf as text', { nbf: 'now' }],
  ]],
  ['life', [
    ...[121, 600, 86_400].map((seconds): [string, Json] => [`that lives ${seconds} s`, { exp: at(seconds) }]), ['that ends when it begins', { nbf: at(5), exp: at(5) }], ['that ends before it begins', { nbf: at(9), exp: at(1) }],
  ]],
  ['code|AuthorizationCode', [
    ...['7d1f0a52-5c1e-4f2b-9a55-0d6f3a1b2c3e', '', BANK, ` ${code}`, `${code} `, `{${code}}`, code.replaceAll('-', ''), code.replace('7', '７')].map((other): [string, Json] => [`code "${other}"`, { AuthorizationCode: other }]),
    ['no code', without('AuthorizationCode')], ['code as a list', { AuthorizationCode: [code] }], ['code null', { AuthorizationCode: null }],
  ]],
  ['offeredBy|OfferedBy', [
    ...[othersDigits, digits.slice(0, 10), `${digits}0`, ` ${digits}`, `${digits} `, `${digits.slice(0, 6)} ${digits.slice(6)}`, `${digits.slice(0, 6)}*****`, BANK, fullWidth(digits), `${digits}\u200b`, ''].map((other, n): [string, Json] => [`offered by another (${n})`, { OfferedBy: other }]),
    ['offered by nobody', without('OfferedBy')], ['offered by a number', { OfferedBy: Number(digits) }], ['offered by two', { OfferedBy: [digits, othersDigits] }], ['offered by null', { OfferedBy: null }],
  ]],
  ['requiredDelegator|RequiredDelegator', [
    ...[othersDigits, `${digits} `, '', fullWidth(digits)].map((other, n): [string, Json] => [`given by another (${n})`, { RequiredDelegator: other }]), ['given by null', { RequiredDelegator: null }], ['given by two', { RequiredDelegator: [digits] }],
  ]],
  ['coveredBy|CoveredBy', [
    ...[SUPPLIER, '311111117', '31111111', `0192:${BANK}`, ` ${BANK}`, `${BANK} `, digits, fullWidth(BANK), ''].map((other): [string, Json] => [`covered by "${other === digits ? 'the person' : other}"`, { CoveredBy: other }]),
    ['covered by nobody', without('CoveredBy')], ['covered by a number', { CoveredBy: Number(BANK) }], ['covered by two', { CoveredBy: [BANK] }],
  ]],
  ['handledBy|HandledBy', [['handled by a supplier that we have not', { HandledBy: SUPPLIER }], ['handled by nobody by name', { HandledBy: '' }], ['handled by the bank itself', { HandledBy: BANK }], ['handled by null', { HandledBy: null }]]],
  ['delegatedDate|DelegatedDate', [
    ...[11, 60, 86_400].map((seconds): [string, Json] => [`given in ${seconds} s`, { DelegatedDate: at(seconds) }]), ['given in thousandths', { DelegatedDate: at(-60) * 1_000 }], ['given never', without('DelegatedDate')], ['given as text', { DelegatedDate: String(at(-60)) }], ['given as a date', { DelegatedDate: '2026-01-01T09:59:00Z' }], ['given before time', { DelegatedDate: -1 }],
  ]],
  ['validTo|ValidToDate', [
    ['over now', { ValidToDate: at(0) }], ['over a second ago', { ValidToDate: at(-1) }], ['over yesterday', { ValidToDate: days(-1) }], ['in thousandths', { ValidToDate: days(300) * 1_000 }], ['for a year and two days', { ValidToDate: days(367) }], ['for two years', { ValidToDate: days(730) }], ['a year and two days from when it was given', { DelegatedDate: days(-100), ValidToDate: days(267) }],
    ['without an end', without('ValidToDate')], ['with an end as text', { ValidToDate: String(days(300)) }], ['with an end that is none', { ValidToDate: 0 }],
  ]],
  ['service|Services', [
    ...['5498_2', '5499_1', '5498', '5498_1_', '5498_1_Navn', '54981', '5498-1', '5498_01x', ' 5498_1', 'slk_5498_1', '５498_1', ''].map((service): [string, Json] => [`service "${service}"`, { Services: [service] }]),
    ['ours and another service', { Services: ['5498_1', '4629_2'] }], ['another and our service', { Services: ['4629_2', '5498_1'] }], ['no services', without('Services')], ['an empty list', { Services: [] }], ['services null', { Services: null }], ['a service as an object', { Services: [{ code: '5498' }] }], ['too many services', { Services: Array.from({ length: 11 }, () => '5498_1') }],
  ]],
]

const good: readonly [what: string, change: Json, header?: Json][] = [
  ['as documented', {}], ['with one service as a text', { Services: '5498_1' }], ['with commas in its services', { Services: ['5498,1', '5498,1,Navn=Testbanken AS'] }], ['with more metadata', { Services: ['5498_1', '5498_1_Navn=A_B=C, D'] }], ['with metadata over two lines', { Services: ['5498_1_Navn=Testbanken\nAS'] }], ['with edition 01', { Services: ['5498_01'] }],
  ['without a required delegator', without('RequiredDelegator')], ['without iat', without('iat')], ['with an audience', { aud: 'whoever' }], ['with claims we do not know', { Something: { new: true } }], ['with its code in capitals', { AuthorizationCode: code.toUpperCase() }],
  ['made 10 s ahead of our clock', { nbf: at(10), iat: at(10), exp: at(40) }], ['that ended 9 s ago by our clock', { nbf: at(-39), iat: at(-39), exp: at(-9) }], ['that lives two minutes', { exp: at(120) }], ['that lives a second', { exp: at(1) }],
  ['given just now', { DelegatedDate: at(0) }], ['given 10 s ahead of our clock', { DelegatedDate: at(10) }], ['given long ago', { DelegatedDate: days(-363), ValidToDate: days(1) }], ['that ends in a second', { ValidToDate: at(1) }], ['for a whole year', { DelegatedDate: at(0), ValidToDate: days(365) }], ['for a year less a day', { ValidToDate: days(364) }],
  ['with the certificate’s fingerprint in its header', {}, { x5t: 'mp-2026', typ: 'JWT' }], ['with another type in its header', {}, { typ: 'at+jwt' }],
]

const findable = (check: string) => new RegExp(`(^|[ .])(${check})($|\\.)`)

/** The consent token of Altinn 2 in every way that it must not be and in some that it may. */
export async function altinn2Tokens(issuer: Issuer) {
  const { token, wronglySigned, written } = forgery(issuer, claims, { OfferedBy: othersDigits })
  const text = JSON.stringify(claims)
  const oddly: readonly [what: string, found: string, payload: string][] = [
    ['offered twice, the last by another', 'offeredBy', text.replace('"CoveredBy"', `"OfferedBy":"${othersDigits}","CoveredBy"`)],
    ['the claims as what they inherit from', 'ERR_JWT_CLAIM_VALIDATION_FAILED', `{"__proto__":${text}}`],
  ]
  const bad = [
    ...wrongClaims.flatMap(([found, changes]) => changes.map(async ([what, change]): Promise<BadVariant> => ({ what: `saying: ${what}`, token: await token(change), found: findable(found) }))),
    ...oddly.map(async ([what, found, payload]): Promise<BadVariant> => ({ what: `saying: ${what}`, token: written(payload), found: findable(found) })),
  ]
  return { bad: [...(await wronglySigned()), ...(await Promise.all(bad))], good: await Promise.all(good.map(async ([what, change, header]): Promise<Variant> => ({ what, token: await token(change, header) }))) }
}
