import type { ExpectedConsent } from '@/lib/consent/altinn3/consent-token'
import { personUrn } from '@/lib/consent/altinn3/wire'
import { after, day, digits, othersDigits } from './builders'
import { forgery, type BadVariant, type Issuer, type Variant } from './forged-tokens'

const now = day(0)
const at = (seconds: number) => Math.floor(now.getTime() / 1000) + seconds
const time = (by: Parameters<typeof after>[1]) => after(now, by).toISOString()
const days = (n: number) => time({ hours: 24 * n })
const id = '7d1f0a52-5c1e-4f2b-9a55-0d6f3a1b2c3d'
/** The consent that the good ones are about. */
export const expected: ExpectedConsent = { issuer: 'https://test.maskinporten.no/', id, from: personUrn(digits), to: '0192:311111116', resource: 'slk_5498_1', scope: 'lanekassen:lan/v1/saldoopplysninger', now }

type Json = Record<string, unknown>
const org = (number: string, authority = 'iso6523-actorid-upis') => ({ authority, ID: `0192:${number}` })
const right: Json = { action: ['consent'], resource: [{ type: 'urn:altinn:resource', value: 'slk_5498_1' }], metadata: { navn: 'Testbanken AS' } }
const detail: Json = { type: 'urn:altinn:consent', id, from: expected.from, to: org('311111116'), consented: time({ minutes: -1 }), validTo: days(300), consentRights: [right] }
const claims: Json = {
  iss: expected.issuer, client_id: 'a-client', client_amr: 'private_key_jwt', token_type: 'Bearer', scope: expected.scope, iat: at(0), exp: at(120), jti: 'j', consumer: org('311111116'), authorization_details: [detail],
}
const withDetail = (change: Json): Json => ({ authorization_details: [{ ...detail, ...change }] })
const withRight = (change: Json): Json => withDetail({ consentRights: [{ ...right, ...change }] })
const withResource = (...resource: unknown[]): Json => withRight({ resource })
const without = (name: string): Json => ({ [name]: undefined })

/** Wrong in one claim each, by the check that must find it: its own word, or the place where the form is broken. */
const wrongClaims: readonly [found: string, readonly [what: string, change: Json][]][] = [
  ['ERR_JWT_(CLAIM_VALIDATION_FAILED|EXPIRED)', [
    ...['https://maskinporten.no/', 'https://test.maskinporten.no', 'https://test.maskinporten.no//', 'HTTPS://TEST.MASKINPORTEN.NO/', 'altinn.no', ''].map((iss): [string, Json] => [`iss ${iss}`, { iss }]),
    ['no iss', without('iss')], ['several iss', { iss: [expected.issuer, 'x'] }],
    ...[-10, -11, -60, -3600].map((seconds): [string, Json] => [`exp ${seconds} s ago`, { iat: at(-3700), exp: at(seconds) }]),
    ['no exp', without('exp')], ['exp as text', { exp: String(at(120)) }], ['exp zero', { exp: 0 }], ['exp negative', { exp: -1 }], ['exp null', { exp: null }],
  ]],
  ['iat|ERR_JWT_CLAIM_VALIDATION_FAILED', [
    ...[11, 60, 3600].map((seconds): [string, Json] => [`iat ${seconds} s ahead`, { iat: at(seconds), exp: at(seconds + 120) }]),
    ['no iat', without('iat')], ['iat as text', { iat: String(at(0)) }], ['nbf ahead', { nbf: at(11) }], ['nbf as text', { nbf: 'now' }],
  ]],
  ['scope', [
    ...['', 'altinn:consentrequests.read', 'lanekassen:lan/v1', `${expected.scope} altinn:consentrequests.read`, `altinn:consentrequests.read ${expected.scope}`, ` ${expected.scope}`, expected.scope.toUpperCase()].map((scope): [string, Json] => [`scope "${scope}"`, { scope }]),
    ['no scope', without('scope')], ['scope as a list', { scope: [expected.scope] }],
  ]],
  ['consumer', [
    ...['312222221', '311111117', '31111111', ''].map((number): [string, Json] => [`consumer ${number}`, { consumer: org(number) }]),
    ['consumer of another authority', { consumer: org('311111116', 'duns') }], ['consumer without authority', { consumer: { ID: '0192:311111116' } }], ['consumer without 0192', { consumer: { ...org('x'), ID: '311111116' } }],
    ['consumer in another country', { consumer: { ...org('x'), ID: '9908:311111116' } }], ['no consumer', without('consumer')], ['consumer as text', { consumer: '0192:311111116' }], ['the bank as supplier only', { consumer: org('312222221'), supplier: org('311111116') }],
  ]],
  ['authorization_details', [
    ['no consent', without('authorization_details')], ['an empty list', { authorization_details: [] }], ['null', { authorization_details: null }], ['no list', { authorization_details: detail }], ['a text', { authorization_details: JSON.stringify([detail]) }],
    ['two consents', { authorization_details: [detail, detail] }], ['ours and another’s', { authorization_details: [detail, { ...detail, from: personUrn(othersDigits) }] }], ['ours and a system user', { authorization_details: [detail, { type: 'urn:altinn:systemuser' }] }], ['null in the list', { authorization_details: [null] }],
  ]],
  ['type', [
    ...['urn:altinn:concent', 'urn:altinn:systemuser', 'URN:ALTINN:CONSENT', 'consent', ''].map((type): [string, Json] => [`type ${type}`, withDetail({ type })]), ['no type', withDetail(without('type'))],
  ]],
  ['id', [
    ...['7d1f0a52-5c1e-4f2b-9a55-0d6f3a1b2c3e', '', '311111116', ` ${id}`, `${id} `, `{${id}}`, id.replaceAll('-', '')].map((other): [string, Json] => [`id "${other}"`, withDetail({ id: other })]), ['no id', withDetail(without('id'))], ['id as a list', withDetail({ id: [id] })],
  ]],
  ['from', [
    ...[personUrn(othersDigits), personUrn(digits.slice(0, 10)), personUrn(`${digits}0`), personUrn(` ${digits}`), `${personUrn(digits)} `, digits, `urn:altinn:organization:identifier-no:311111116`, personUrn(digits).toUpperCase(), `urn:altinn:person:uuid:${id}`, personUrn('55819010029'), ''].map((from, n): [string, Json] => [`from another (${n})`, withDetail({ from })]),
    ['no from', withDetail(without('from'))], ['from as an object', withDetail({ from: { authority: 'x', ID: digits } })],
  ]],
  ['to', [
    ['to another bank', withDetail({ to: org('312222221') })], ['to the supplier', { ...withDetail({ to: org('312222221') }), supplier: org('312222221') }], ['to as the API writes it', withDetail({ to: 'urn:altinn:organization:identifier-no:311111116' })], ['to without 0192', withDetail({ to: { ...org('x'), ID: '311111116' } })],
    ['to of another authority', withDetail({ to: org('311111116', 'duns') })], ['no to', withDetail(without('to'))], ['to null', withDetail({ to: null })],
  ]],
  ['consented', [
    ['consented in a minute', withDetail({ consented: time({ minutes: 1 }) })], ['consented in 11 s', withDetail({ consented: time({ seconds: 11 }) })], ['no consented', withDetail(without('consented'))], ['consented null', withDetail({ consented: null })], ['consented without a zone', withDetail({ consented: '2026-01-01T09:59:00' })], ['consented as a number', withDetail({ consented: at(-60) })],
  ]],
  ['validTo', [
    ['over now', withDetail({ validTo: time({}) })], ['over a second ago', withDetail({ validTo: time({ seconds: -1 }) })], ['over yesterday', withDetail({ validTo: days(-1) })], ['no validTo', withDetail(without('validTo'))], ['validTo null', withDetail({ validTo: null })], ['validTo without a zone', withDetail({ validTo: '2026-06-01T00:00:00' })],
    ['validTo as a date', withDetail({ validTo: '2026-06-01' })], ['validTo as a number', withDetail({ validTo: at(86_400) })], ['validTo never', withDetail({ validTo: '9999-12-31T23:59:59Z' })], ['for a year and two days', withDetail({ validTo: days(367) })], ['for two years', withDetail({ validTo: days(730) })], ['a year and two days from when it was given', withDetail({ consented: days(-100), validTo: days(267) })],
  ]],
  ['rights|consentRights', [
    ['no rights', withDetail(without('consentRights'))], ['empty rights', withDetail({ consentRights: [] })], ['two rights', withDetail({ consentRights: [right, right] })], ['ours and another right', withDetail({ consentRights: [right, { ...right, resource: [{ type: 'urn:altinn:resource', value: 'ske-inntekt' }] }] })], ['rights null', withDetail({ consentRights: null })],
  ]],
  ['action', [
    ...[[], ['read'], ['Consent'], ['consent', 'read'], ['consent', 'consent'], ['concent'], 'consent', [['consent']], null].map((action): [string, Json] => [`action ${JSON.stringify(action)}`, withRight({ action })]), ['no action', withRight(without('action'))],
  ]],
  ['resource', [
    ...['slk_5498_2', 'SLK_5498_1', 'slk_5498', ' slk_5498_1', 'slk_5498_1 ', '5498_1', ''].map((value): [string, Json] => [`resource "${value}"`, withResource({ type: 'urn:altinn:resource', value })]), ['resource of another type', withResource({ type: 'urn:altinn:app', value: 'slk_5498_1' })], ['resource without a type', withResource({ value: 'slk_5498_1' })],
  ]],
  ['resource|rights', [
    ['no resource', withRight(without('resource'))], ['empty resources', withResource()], ['ours and another resource', withResource({ type: 'urn:altinn:resource', value: 'slk_5498_1' }, { type: 'urn:altinn:resource', value: 'ske-inntekt' })], ['another and our resource', withResource({ type: 'urn:altinn:resource', value: 'ske-inntekt' }, { type: 'urn:altinn:resource', value: 'slk_5498_1' })],
  ]],
]

/** Signs that look like others: full-width digits, a Cyrillic letter, an unbreakable hyphen, and what cannot be seen. */
const lookalikes: typeof wrongClaims = [
  ['from', [
    ['from in full-width digits', withDetail({ from: personUrn([...digits].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join('')) })],
    ['from with an unbreakable hyphen', withDetail({ from: personUrn(digits).replace('identifier-no', 'identifier\u2011no') })],
    ['from with a sign nobody sees', withDetail({ from: `${personUrn(digits)}\u200b` })],
  ]],
  ['to', [['to in full-width digits', withDetail({ to: org('31111111６') })]]],
  ['consumer', [['consumer in full-width digits', { consumer: org('31111111６') }]]],
  ['id', [['id in full-width digits', withDetail({ id: id.replace('7', '７') })]]],
  ['resource', [['resource "slk_5498_l"', withResource({ type: 'urn:altinn:resource', value: 'slk_5498_l' })], ['resource with a Cyrillic letter', withResource({ type: 'urn:altinn:resource', value: '\u0455lk_5498_1' })]]],
  ['scope', [['scope with an unbreakable space', { scope: `${expected.scope}\u00a0` }], ['scope with a Cyrillic letter', { scope: expected.scope.replace('a', '\u0430') }]]],
  ['action', [['action with a Cyrillic letter', withRight({ action: ['c\u043ensent'] })]]],
]

/** Claims in ways that JSON allows and nobody means: the same name twice, and a name that is no ordinary one. */
const oddlyWritten: readonly [what: string, found: string, payload: string][] = [
  ['from twice, the last another’s', 'from', JSON.stringify(claims).replace(`"from":"${expected.from}"`, `"from":"${expected.from}","from":"${personUrn(othersDigits)}"`)],
  ['to twice, the last another’s', 'to', JSON.stringify(claims).replace('"consented"', `"to":${JSON.stringify(org('312222221'))},"consented"`)],
  ['two lists of consents, the last another’s', 'from', JSON.stringify(claims).replace(/}$/, `,${JSON.stringify(withDetail({ from: personUrn(othersDigits) })).slice(1)}`)],
  ['the consent as what it inherits from', 'type', JSON.stringify({ ...claims, authorization_details: ['x'] }).replace('["x"]', `[{"__proto__":${JSON.stringify(detail)}}]`)],
  ['the claims as what they inherit from', 'ERR_JWT_CLAIM_VALIDATION_FAILED', `{"__proto__":${JSON.stringify(claims)}}`],
]

const good: readonly [what: string, change: Json, header?: Json][] = [
  ['as documented', {}],
  ['made 10 s ahead of our clock', { iat: at(10), exp: at(130) }], ['made two minutes ago', { iat: at(-119), exp: at(1) }], ['that ended 9 s ago by our clock', { iat: at(-129), exp: at(-9) }], ['good from just now', { nbf: at(10) }],
  ['with claims we do not know', { something: { new: true }, client_orgno: '311111116' }], ['without a jti', without('jti')], ['with an audience', { aud: 'unspecified' }], ['with several audiences', { aud: ['a', 'b'] }],
  ['of a bank with a supplier', { supplier: org('312222221'), delegation_source: 'https://tt02.altinn.no/' }], ['with more about the consumer', { consumer: { ...org('311111116'), name: 'Testbanken AS' } }],
  ['with the id in capitals', withDetail({ id: id.toUpperCase() })], ['with more in the consent', withDetail({ requestMessage: { nb: 'x' }, status: 'Accepted' })],
  ['given just now', withDetail({ consented: time({}) })], ['given 10 s ahead of our clock', withDetail({ consented: time({ seconds: 10 }) })], ['given to the seventh decimal', withDetail({ consented: '2026-01-01T09:14:05.4192791+00:00' })], ['given by a clock in Oslo', withDetail({ consented: '2026-01-01T10:59:00+01:00' })],
  ['given long ago', withDetail({ consented: days(-363), validTo: days(1) })], ['that ends in a second', withDetail({ validTo: time({ seconds: 1 }) })], ['for a year less a day', withDetail({ validTo: days(364) })], ['for a whole year', withDetail({ consented: time({}), validTo: days(365) })],
  ['without metadata', withRight(without('metadata'))], ['with more metadata', withRight({ metadata: { navn: 'x', ref: 'y' } })], ['with more about the resource', withResource({ type: 'urn:altinn:resource', value: 'slk_5498_1', version: '2' })],
  ['with a type in its header', {}, { typ: 'JWT' }], ['with another type in its header', {}, { typ: 'at+jwt' }], ['with the key’s own fingerprint in its header', {}, { x5t: 'abc' }],
]

const findable = (check: string) => new RegExp(`(^|[ .])(${check})($|\\.)`)

/** The consent token of Altinn 3 in every way that it must not be and in some that it may: for tests and for `npm run torture`. */
export async function consentTokens(issuer: Issuer) {
  const { token, signWith, written, wronglySigned } = forgery(issuer, claims, withDetail({ from: personUrn(othersDigits) }))
  const bad = [
    ...[...wrongClaims, ...lookalikes].flatMap(([found, changes]) => changes.map(async ([what, change]): Promise<BadVariant> => ({ what: `saying: ${what}`, token: await token(change), found: findable(found) }))),
    ...oddlyWritten.map(async ([what, found, payload]): Promise<BadVariant> => ({ what: `saying: ${what}`, token: written(payload), found: findable(found) })),
  ]
  const fine = good.map(async ([what, change, header]): Promise<Variant> => ({ what, token: await token(change, header) }))
  const carrying = token({}, { jwk: issuer.stranger.publicJwk }).then((it): Variant => ({ what: 'with a stranger’s key in its header, signed by ours', token: it }))
  return { genuine: await token(), token, signWith, bad: [...(await wronglySigned()), ...(await Promise.all(bad))], good: await Promise.all([...fine, carrying]) }
}
