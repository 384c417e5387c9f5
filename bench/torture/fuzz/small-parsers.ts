import { randomBytes } from 'node:crypto'
import { isReturnRef, returnRefHash } from '@/lib/consent/return-ref'
import { parseConfig, ConfigError } from '@/lib/config'
import { isCorrelationId } from '@/lib/correlation-id'
import { isSid, sameIssuer } from '@/lib/idporten/logout-token'
import { createLog, safeError } from '@/lib/log'
import { fromDecimalText } from '@/lib/money'
import { NationalId } from '@/lib/national-id'
import { parseOrgNumber } from '@/lib/org-number'
import { createSealer } from '@/lib/sealed'
import { digits, othersDigits, publishedCustomers } from '@/lib/testing/builders'
import { must, type Subject } from './fuzz.ts'
import { mutatedText } from './mutations.ts'


const control = (text: string, weights: readonly number[]): number => (11 - (weights.reduce((sum, weight, i) => sum + weight * Number(text[i]), 0) % 11)) % 11
/** The rule for control digits (Skatteetaten), and since 2032 a second remainder of 1 to 3 that the validator knows too. */
const hasControlDigits = (text: string): boolean =>
  [0, 1, 2, 3].includes((Number(text[9]) - control(text, [3, 7, 6, 1, 8, 9, 4, 5, 2]) + 11) % 11) && Number(text[10]) === control(text, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2])

/** Øre by whole numbers alone, as we would on paper; null unless the text is a number of JSON exact in øre. */
function oreOnPaper(text: string): bigint | null {
  const found = /^(-?)([0-9]{1,12})(?:\.([0-9]{1,30}))?$/.exec(text)
  if (!found) return null
  const [, sign, kroner = '', decimals = ''] = found
  const all = BigInt(kroner + decimals.padEnd(30, '0'))
  const unit = 10n ** 28n
  return all % unit === 0n ? (sign === '-' ? -1n : 1n) * (all / unit) : null
}

const numbers: readonly Subject[] = [
  {
    name: 'national id', share: 14,
    make: (random) => (random.chance(0.5) ? mutatedText(random, [digits, othersDigits, ...publishedCustomers]) : Array.from({ length: 11 }, () => random.below(10)).join('')),
    keepsItsWord(input) {
      const [anybody, nobodySynthetic] = [NationalId.parse(input, { synthetic: true }), NationalId.parse(input, { synthetic: false })]
      if (!anybody) return must(nobodySynthetic === null, 'let in only where fewer are')
      must(/^[0-9]{11}$/.test(input) && hasControlDigits(input), 'let in what is no national id')
      must(anybody.reveal() === input, 'changed what it was given')
      must((anybody.series === 'real') === (nobodySynthetic !== null), 'let a synthetic one in as real')
      must(!`${String(anybody)}${JSON.stringify(anybody)}`.includes(input), 'printed it')
    },
  },
  {
    name: 'organisation number', share: 10,
    make: (random) => (random.chance(0.5) ? mutatedText(random, ['311111116', '312222221', '889640782']) : Array.from({ length: 9 }, () => random.below(10)).join('')),
    keepsItsWord(input) {
      const parsed = parseOrgNumber(input)
      if (parsed === null) return
      must(parsed === input && /^[2389][0-9]{8}$/.test(input) && control(input, [3, 2, 7, 6, 5, 4, 3, 2]) === Number(input[8]), 'let in what is no organisation number')
    },
  },
  {
    name: 'amount', share: 14,
    make: (random) => mutatedText(random, ['12684.79', '0', '-0.00', '280.0', '398214.62', '999999999999.99', '0.10', '-1', '1305523.000000000000000000000000000']),
    keepsItsWord(input) {
      const [money, onPaper] = [fromDecimalText(input), oreOnPaper(input)]
      must((money === null) === (onPaper === null), money ? 'read what is no exact amount' : 'did not read an amount')
      must(money === null || (BigInt(money.ore) === onPaper && !Object.is(money.ore, -0)), 'read another amount')
    },
  },
]

const issuer = 'https://test.idporten.no'
const names: readonly Subject[] = [
  {
    name: 'return reference', share: 5,
    make: (random) => mutatedText(random, [randomish(random.below(1e9)), 'A'.repeat(43)]),
    keepsItsWord(input) {
      if (isReturnRef(input)) must(input.length === 43 && returnRefHash(input).length === 32, 'took what is no return reference')
    },
  },
  {
    name: 'session id and issuer in an address', share: 5,
    make: (random) => mutatedText(random, ['iZZbp-a_wSUff', 'iss=https%3A%2F%2Ftest.idporten.no&sid=iZZbp-a_wSUff', 'https://test.idporten.no/']),
    keepsItsWord(input) {
      const query = new URLSearchParams(input)
      for (const text of [input, query.get('sid')]) if (isSid(text)) must(text.length <= 200 && ![...text].some((sign) => sign <= ' ' || sign > '~'), 'took what is no session id')
      if (sameIssuer(input, issuer)) must(input === issuer || input === `${issuer}/`, 'took another issuer for ours')
    },
  },
  {
    name: 'correlation id', share: 2,
    make: (random) => mutatedText(random, ['K7QM-9XTB-2RWH', '2222-ZZZZ-BCDF']),
    keepsItsWord(input) {
      if (isCorrelationId(input)) must(input.length === 14, 'took what is no correlation id')
    },
  },
]
const randomish = (n: number): string => Buffer.from(`a return reference ${n}`.padEnd(32, 'x').slice(0, 32)).toString('base64url')

const lines: string[] = []
const log = createLog({ write: (line) => void lines.push(line) })
const logged: Subject = {
  name: 'log line', share: 6,
  make: (random) => mutatedText(random, [`Could not read ${digits}`, `for ${digits.slice(0, 6)} ${digits.slice(6)} and eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln`, 'Error: x\n    at read (file:///app/lib/http.ts:12:34)', 'at a:1:1', '5f1d9a52-2f0e-4b39-9a3e-3f6f0f7f4c11']),
  keepsItsWord(input) {
    lines.length = 0
    const error = Object.assign(new Error(input), { stack: `Error: x\n    at ${input}` })
    log.warn('tried', { detail: input, reason: input.slice(0, 20), ...safeError(error) })
    const said = lines.flatMap((line) => Object.values(JSON.parse(line) as Record<string, unknown>)).map(String).join('\n')
    must(!/(?<![0-9])[0-9]{11}(?![0-9])/.test(said.replace(/(?<![0-9a-z])[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])/gi, '')) && !/eyJ[\w-]{20}/.test(said), 'said what must not be said')
  },
}

const sealer = createSealer([{ kid: 'k2', key: randomBytes(32) }, { kid: 'k1', key: randomBytes(32) }])
const sealed = Array.from({ length: 3 }, (_, n) => sealer.seal(`${n}: ${digits}`, 'subject|x'))
/** By its doc it throws at anything that we did not seal: an attack or a bug. */
const seal: Subject = {
  name: 'seal (throws by its word)', share: 6,
  make: (random) => mutatedText(random, sealed),
  keepsItsWord(input) {
    let opened: string
    try {
      opened = sealer.open(input, 'subject|x')
    } catch (error) {
      return must(error instanceof Error && (input.includes(digits) || !error.message.includes(digits)), 'told in its error what was sealed')
    }
    const canonical = (text: string) => `${text.slice(0, text.lastIndexOf('.'))}.${Buffer.from(text.slice(text.lastIndexOf('.') + 1), 'base64url').toString('base64url')}`
    must(sealed.includes(canonical(input)) && opened.endsWith(digits), 'opened what we did not seal')
  },
}

const CANARY = 'a-value-nobody-may-print'
const key = randomBytes(32).toString('base64')
const settings: readonly (readonly [name: string, value: string])[] = [
  ['APP_URL', 'https://bank.example'], ['DEPLOYMENT', 'production'], ['AUTH_SECRET', key], ['ENCRYPTION_KEYS', `k1:${key},k2:${key}`], ['FINGERPRINT_KEY', key], ['AUDIT_SIGNING_KEY', `{"kty":"OKP","crv":"Ed25519","x":"${CANARY}","d":"${CANARY}"}`], ['DATABASE_URL', `postgresql://x:${CANARY}@db/x`], ['BANK_NAME', 'Banken'],
  ['BANK_ORG_NUMBER', '311111116'], ['SUPPLIER_ORG_NUMBER', '312222221'], ['IDPORTEN_CLIENT_ID', 'x'], ['IDPORTEN_JWK', `{"kty":"RSA","kid":"k","d":"${CANARY}","n":"${'n'.repeat(342)}","e":"AQAB"}`], ['MASKINPORTEN_CLIENT_ID', 'x'], ['MASKINPORTEN_JWK', '{}'],
  ['LANEKASSEN_URL', 'https://ekstern01.api.lanekassen.no/saldo/v1/Accounts'], ['LANEKASSEN_API_KEY', CANARY], ['RECEIPT_SIGNING_KEY', `{"kty":"OKP","crv":"Ed25519","x":"${'x'.repeat(43)}","d":"${CANARY}"}`], ['LANEKASSEN_LOGO', 'l.svg'], ['ALTINN_EVENTS_POLL_SECONDS', '60'], ['SESSION_IDLE_MINUTES', '15'], ['CONSENT_DURATION_DAYS', '364'],
]
/** By its doc it throws a ConfigError, and that prints no value. */
const config: Subject = {
  name: 'settings (throw ConfigError by their word)', share: 0.5,
  make: (random) => JSON.stringify(settings.map(([name, value]) => [name, random.chance(0.15) ? mutatedText(random, [value, key, 'https://localhost', CANARY]) : value])),
  keepsItsWord(input) {
    try {
      parseConfig(Object.fromEntries(JSON.parse(input) as [string, string][]))
    } catch (error) {
      must(error instanceof ConfigError, `threw ${error instanceof Error ? error.name : typeof error}`)
      must(!(error as Error).message.includes(CANARY) && !(error as Error).message.includes(key), 'printed a value')
    }
  },
}

/** Parsers of a line or a number. Where a value can be told otherwise, it is: by the rule, and not by our code. */
export const smallParsers: readonly Subject[] = [...numbers, ...names, logged, seal, config]
