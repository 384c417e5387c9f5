import { placeOf, withFiles, type Environment, type Given } from './config-files'
import { businessKeyIn, type CertificateProblem, type Rules } from './keys/business-certificate'
import type { KeySet } from './keys/key-material'
import type { KeySource } from './keys/key-ring'
import { openPkcs12, type Pkcs12Problem } from './keys/pkcs12'
import { readPrivateJwks, type JwkProblem } from './keys/private-jwk'
import type { OrgNumber } from './org-number'
import { fail, ok } from './result'

type Facts = { readonly DEPLOYMENT?: Rules['deployment'] | undefined; readonly BANK_ORG_NUMBER?: OrgNumber | undefined; readonly SUPPLIER_ORG_NUMBER?: OrgNumber | undefined }
type Read = { readonly keys: KeySet | null; readonly problems: readonly string[] }
type Reader = (given: Given, now: Date) => Read

export type KeySources = { readonly idporten: KeySource; readonly maskinporten: KeySource; /** Null unless the staff client signs. */ readonly staff: KeySource | null }

const idportenNames = ['IDPORTEN_JWK']
const staffNames = ['STAFF_JWK']
const maskinportenNames = ['MASKINPORTEN_JWK', 'MASKINPORTEN_P12', 'MASKINPORTEN_P12_PASSWORD']

/** The keys we sign with. Null for those that are not in order: then `problems` says what is wrong, setting by setting. */
export function readKeys(environment: Environment, given: Given, facts: Facts, now: Date): { keys: KeySources | null; problems: readonly string[] } {
  const maskinportenOf: Reader = (from, at) => readMaskinporten(from, facts, at)
  const [idporten, maskinporten] = [readIdporten(given, now), maskinportenOf(given, now)]
  const staff = given.STAFF_JWK === undefined ? null : readStaff(given, now)
  const certificate = given.MASKINPORTEN_P12 !== undefined
  const signing = staff?.keys ?? null
  const keys = idporten.keys && maskinporten.keys && (staff === null || signing) && {
    idporten: sourceOf('IDPORTEN_JWK', environment, idportenNames, idporten.keys, readIdporten),
    maskinporten: sourceOf(certificate ? 'MASKINPORTEN_P12' : 'MASKINPORTEN_JWK', environment, maskinportenNames, maskinporten.keys, maskinportenOf),
    staff: signing && sourceOf('STAFF_JWK', environment, staffNames, signing, readStaff),
  }
  return { keys, problems: [...idporten.problems, ...maskinporten.problems, ...(staff?.problems ?? [])] }
}

/** The same setting at another time: what its files hold then counts. */
function sourceOf(setting: string, environment: Environment, names: readonly string[], keys: KeySet, read: Reader): KeySource {
  const own = Object.fromEntries(['SALDOSYN_STARTED_IN', ...names, ...names.map((name) => `${name}_FILE`)].map((name) => [name, environment[name]]))
  return {
    setting,
    files: names.flatMap((name) => own[`${name}_FILE`]?.trim() ? [placeOf(own[`${name}_FILE`] ?? '', own)] : []),
    keys,
    again(now) {
      const { given, unreadable } = withFiles(own, names)
      const { keys: next, problems } = read(given, now)
      return next && unreadable.length === 0 ? ok(next) : fail('not-usable', [...unreadable, ...problems].join('; '))
    },
  }
}

const readIdporten: Reader = ({ IDPORTEN_JWK: text }) => (text === undefined ? none() : readJwks('IDPORTEN_JWK', text))
const readStaff: Reader = ({ STAFF_JWK: text }) => (text === undefined ? none() : readJwks('STAFF_JWK', text))

const readMaskinporten = ({ MASKINPORTEN_JWK: jwk, MASKINPORTEN_P12: container, MASKINPORTEN_P12_PASSWORD: password, ...given }: Given, facts: Facts, now: Date): Read => {
  if (jwk !== undefined && container !== undefined) return none('MASKINPORTEN_JWK and MASKINPORTEN_P12 are both given: one key signs')
  if (jwk !== undefined) return password === undefined ? readJwks('MASKINPORTEN_JWK', jwk) : none('MASKINPORTEN_P12_PASSWORD is given without MASKINPORTEN_P12')
  if (container !== undefined) return readContainer(container, password ?? '', facts, now)
  return none(...(given.MASKINPORTEN_JWK_FILE ?? given.MASKINPORTEN_P12_FILE ? [] : ['MASKINPORTEN_JWK is missing, and MASKINPORTEN_P12 too']))
}

const none = (...problems: readonly string[]): Read => ({ keys: null, problems })

function readJwks(setting: string, text: string): Read {
  const keys = readPrivateJwks(text)
  return keys.ok ? { keys: keys.value, problems: [] } : none(`${setting} ${jwkWords[keys.reason]}`)
}

function readContainer(base64: string, password: string, { DEPLOYMENT, BANK_ORG_NUMBER, SUPPLIER_ORG_NUMBER }: Facts, now: Date): Read {
  const opened = openPkcs12(Buffer.from(base64, 'base64'), password)
  if (!opened.ok) return none(containerWords[opened.reason])
  // Without these there is nothing to judge by, and they are named themselves.
  if (!DEPLOYMENT || !BANK_ORG_NUMBER) return none()
  const found = businessKeyIn(opened.value, { owner: SUPPLIER_ORG_NUMBER ?? BANK_ORG_NUMBER, deployment: DEPLOYMENT, now })
  const owner = SUPPLIER_ORG_NUMBER ? 'SUPPLIER_ORG_NUMBER' : 'BANK_ORG_NUMBER'
  return 'key' in found ? { keys: [found.key], problems: [] } : none(...found.problems.map((problem) => `MASKINPORTEN_P12 ${certificateWords(owner)[problem]}`))
}

const jwkWords: Record<JwkProblem, string> = {
  'not-json': 'is not JSON: it must be a private key as JWK, or a set of them',
  'not-a-key': 'must be a private RSA key as JWK for RS256, RS384 or RS512, with all its parts',
  'public-half': 'holds the public half of a key only',
  'no-kid': 'holds a key without the kid under which it is registered',
  'same-kid': 'holds two keys with the same kid',
  'too-short': 'holds a key shorter than 2048 bits',
  'no-such-date': 'holds an iat or exp that is neither seconds nor a date',
  'not-one-to-five': 'must hold one key, or a set of at most five',
}

const containerWords: Record<Pkcs12Problem, string> = {
  'not-pkcs12': 'MASKINPORTEN_P12 is not a PKCS#12 container',
  'wrong-password': 'MASKINPORTEN_P12_PASSWORD does not open MASKINPORTEN_P12',
  'not-readable': 'MASKINPORTEN_P12 is made in a way that is not supported: export it anew',
}

const certificateWords = (owner: string): Record<CertificateProblem, string> => ({
  'no-key': 'holds no private key',
  'no-certificate': 'holds no certificate for its key',
  'several-keys': 'holds several keys that sign: leave one in it',
  'encryption-only': 'holds a key for encryption: take the one for authentication or signing',
  'not-rsa': 'holds a key that is not RSA',
  'too-short': 'holds a key shorter than 2048 bits',
  psd2: 'holds a seal made for PSD2, which Maskinporten refuses: order an ordinary business certificate',
  'natural-person': 'holds a person’s certificate: order one for the organisation',
  'no-organisation': 'holds a certificate without a Norwegian organisation number',
  'other-organisation': `holds a certificate for another organisation than ${owner}`,
  'not-yet-valid': 'holds a certificate that is not valid yet',
  expired: 'holds a certificate that has expired',
  'unknown-issuer': 'holds a certificate that is from neither Buypass nor Commfides',
  'production-in-test': 'holds a certificate for production, which has no business outside it',
  'test-in-production': 'holds a certificate for test, which production refuses',
  'no-chain': 'holds the certificate without its issuer’s: export it with the whole chain',
  'chain-expired': 'holds an issuer’s certificate that is not valid now',
})
