import { z } from 'zod'
import { systemClock } from './clock'
import { placeOf, withFiles, type Environment } from './config-files'
import { ed25519Jwk, ed25519PublicKeys } from './config-ed25519'
import { hostProblems } from './config-hosts'
import { providerDefaults, providerProblems } from './config-provider'
import { readKeys, type KeySources } from './config-keys'
import { staffProblems } from './config-staff'
import { parseOrgNumber } from './org-number'
import { Secret } from './secret'

export const deployments = ['sandbox', 'test', 'production'] as const
export type Deployment = (typeof deployments)[number]

const text = z.string().trim().min(1)
const secret = text.transform((value) => new Secret(value))
const url = z.url({ protocol: /^https?$/ })
const origin = url.refine((value) => URL.parse(value)?.origin === value.replace(/\/$/, ''), 'must be an origin, without a path').transform((value) => new URL(value).origin)
const orgNumber = text.transform((value, context) => parseOrgNumber(value) ?? (context.addIssue('is not an organisation number'), z.NEVER))
const upTo = (most: number, standard: number) => z.coerce.number().int().min(1).max(most).default(standard)

const key32 = (value: string): Uint8Array | null => {
  const bytes = Buffer.from(value, /[-_]/.test(value) ? 'base64url' : 'base64')
  return bytes.length === 32 ? new Uint8Array(bytes) : null
}
const key = text.transform((value, context) => key32(value) ?? (context.addIssue('must be 32 bytes in base64'), z.NEVER))
const namedKeys = text.transform((value, context) => {
  const keys = value.split(',').map((part) => {
    const [, kid, bytes] = /^\s*([A-Za-z0-9_-]{1,20}):(\S+?)\s*$/.exec(part) ?? []
    return { kid: kid ?? '', key: key32(bytes ?? '') ?? new Uint8Array() }
  })
  const [first, ...rest] = keys
  const good = keys.every(({ kid, key }) => kid !== '' && key.length === 32) && new Set(keys.map(({ kid }) => kid)).size === keys.length
  if (first && good) return [first, ...rest] as const
  context.addIssue('must be kid:base64 of 32 bytes, separated by commas, each kid once')
  return z.NEVER
})
/** In the bank's own words, for customers to read. A long number would be a case or a person, not a purpose. */
function purposes(list: string, context: z.RefinementCtx): readonly string[] {
  const all = list.split(';').map((purpose) => purpose.trim()).filter(Boolean)
  const good = all.length >= 1 && all.length <= 12 && new Set(all).size === all.length && all.every((purpose) => purpose.length >= 3 && purpose.length <= 120 && !/\d{5}/.test(purpose))
  if (!good) context.addIssue('must be 1 to 12 purposes of 3 to 120 signs, separated by ;, each once, without a number of five digits')
  return good ? all : z.NEVER
}
const fontName = `(?:[\\p{L}\\p{N} -]+|'[\\p{L}\\p{N} -]+'|"[\\p{L}\\p{N} -]+")`
const fonts = text.max(200).regex(new RegExp(`^${fontName}(?:, *${fontName})*$`, 'u'), 'must be names of fonts, separated by commas')
const signingKey = text.pipe(ed25519Jwk).transform(({ jwk }) => jwk)

const settings = z.object({
  APP_URL: origin,
  DEPLOYMENT: z.enum(deployments),
  AUTH_SECRET: key,
  ENCRYPTION_KEYS: namedKeys,
  FINGERPRINT_KEY: key,
  AUDIT_SIGNING_KEY: signingKey,
  AUDIT_CHECKPOINT_FILE: text.optional(),
  DATABASE_URL: secret.refine((url) => !URL.parse(url.reveal())?.searchParams.has('options'), 'must not hold options: the app gives its own'),
  DATABASE_RETENTION_URL: secret.optional(),
  BANK_NAME: text.max(100),
  BANK_ORG_NUMBER: orgNumber,
  BANK_COLOR: text.regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour such as #2b5b4c').optional(),
  BANK_BORDER_RADIUS: z.coerce.number().int().min(0).max(24).optional(),
  BANK_FONT_FAMILY: fonts.optional(),
  BANK_LOGO: text.optional(),
  SUPPLIER_ORG_NUMBER: orgNumber.optional(),
  SUPPLIER_NAME: text.max(100).optional(),
  IDPORTEN_ISSUER: url,
  IDPORTEN_CLIENT_ID: text,
  IDPORTEN_JWK: secret,
  IDPORTEN_ACR: z.enum(['idporten-loa-substantial', 'idporten-loa-high']).default('idporten-loa-high'),
  STAFF_ISSUER: url.optional(),
  STAFF_CLIENT_ID: text.optional(),
  STAFF_CLIENT_SECRET: secret.optional(),
  STAFF_JWK: secret.optional(),
  STAFF_SCOPE: text.default('openid profile').refine((scopes) => scopes.split(/\s+/).includes('openid'), 'must hold openid'),
  STAFF_ROLE_CLAIM: text.default('roles'),
  STAFF_UNIT_CLAIM: text.optional(),
  STAFF_NATIONAL_ID_CLAIM: text.optional(),
  STAFF_OTHER_ORIGINS: text.transform((list) => list.split(/[\s,]+/)).pipe(z.array(origin)).optional(),
  STAFF_SESSION_MAX_MINUTES: upTo(480, 480),
  MASKINPORTEN_ISSUER: url,
  MASKINPORTEN_CLIENT_ID: text,
  MASKINPORTEN_JWK: secret.optional(),
  MASKINPORTEN_P12: secret.optional(),
  MASKINPORTEN_P12_PASSWORD: secret.optional(),
  CONSENT_PROVIDER: z.enum(['altinn3', 'altinn2']).default('altinn3'),
  ALTINN_PLATFORM_URL: url.optional(),
  ALTINN2_URL: url.optional(),
  ALTINN_API_KEY: secret.optional(),
  ALTINN_TOKEN_EXCHANGE: z.enum(['never', 'on401', 'always']).default('never'),
  ALTINN_CONSENT_RESOURCE: text.default('slk_5498_1'),
  ALTINN_CONSENT_METADATA_KEY: text.default('navn'),
  ALTINN_CONSENT_PAGE_ORIGIN: origin,
  ALTINN_EVENTS_POLL_SECONDS: z.coerce.number().int().min(60).max(3_600).default(60),
  LANEKASSEN_URL: url,
  LANEKASSEN_API_KEY: secret,
  LANEKASSEN_SCOPE: text.default('lanekassen:lan/v1/saldoopplysninger'),
  LANEKASSEN_CONSENT_TRANSPORT: z.enum(['altinn3-single', 'altinn3-both', 'altinn3-same', 'altinn2']).default('altinn3-single'),
  LANEKASSEN_LOGO: text.optional(),
  RECEIPT_SIGNING_KEY: text.pipe(ed25519Jwk),
  RECEIPT_OLD_KEYS: text.pipe(ed25519PublicKeys).optional(),
  ADVISER_SHARING: z.enum(['off', 'live']).default('off'),
  SHARE_PURPOSES: text.default('Lånesøknad; Refinansiering; Rådgivning om egen økonomi').transform(purposes),
  SHARE_ADVISER_NAMES: z.enum(['off', 'on']).default('off'),
  SESSION_IDLE_MINUTES: upTo(30, 15),
  SESSION_MAX_MINUTES: upTo(120, 120),
  CONSENT_DURATION_DAYS: upTo(364, 364),
  BACKGROUND_JOBS: z.enum(['here', 'elsewhere', 'only']).default('here'),
  METRICS_TOKEN: secret.refine((token) => token.reveal().length >= 20, 'must have at least 20 signs').optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: url.optional(),
})

/** The names of all settings. */
export const settingNames = Object.keys(settings.shape)

/** Every setting, read and checked once. Names are those of the settings table in docs/settings.md; `keys` are those we sign with. */
export type Config = z.infer<typeof settings> & { readonly keys: KeySources }

/** Wrong settings: names the variables and says what each must be, and never a value. */
export class ConfigError extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(`Settings that need attention: ${problems.join('; ')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** Where the public parties are, by deployment (operators' own well-known pages); the sandbox has none. */
const addresses: Record<Deployment, Record<string, string>> = {
  sandbox: {},
  test: {
    IDPORTEN_ISSUER: 'https://test.idporten.no',
    MASKINPORTEN_ISSUER: 'https://test.maskinporten.no/',
    ALTINN_PLATFORM_URL: 'https://platform.tt02.altinn.no',
    ALTINN2_URL: 'https://tt02.altinn.no',
    ALTINN_CONSENT_PAGE_ORIGIN: 'https://am.ui.tt02.altinn.no',
    LANEKASSEN_URL: 'https://ekstern01.api.test.lanekassen.no/saldo/v1/Accounts',
  },
  production: {
    IDPORTEN_ISSUER: 'https://idporten.no',
    MASKINPORTEN_ISSUER: 'https://maskinporten.no/',
    ALTINN_PLATFORM_URL: 'https://platform.altinn.no',
    ALTINN2_URL: 'https://www.altinn.no',
    ALTINN_CONSENT_PAGE_ORIGIN: 'https://am.ui.altinn.no',
    LANEKASSEN_URL: 'https://ekstern01.api.lanekassen.no/saldo/v1/Accounts',
  },
}

/** Reads and checks every setting; throws a ConfigError that names all that are wrong. */
export function parseConfig(environment: Environment, now = systemClock.now()): Config {
  const { given: own, unreadable } = withFiles(environment, settingNames)
  const deployment = z.enum(deployments).safeParse(own.DEPLOYMENT)
  const known = deployment.success ? addresses[deployment.data] : {}
  const given = { ...known, ...providerDefaults({ ...known, ...own }), ...own }
  const parsed = settings.safeParse(given)
  const readable = readableOnes(given)
  const { keys, problems: keyProblems } = readKeys(environment, given, readable, now)
  const problems = [
    ...unreadable,
    ...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')} ${given[String(issue.path[0])] === undefined ? 'is missing' : faultOf(issue)}`),
    ...hostProblems(readable),
    ...policyProblems(readable),
    ...providerProblems(readable, given),
    ...staffProblems(given),
    ...keyProblems,
  ]
  if (!parsed.success || !keys || problems.length > 0) throw new ConfigError([...new Set(problems)])
  const places = Object.fromEntries((['LANEKASSEN_LOGO', 'BANK_LOGO'] as const).flatMap((name) => (parsed.data[name] === undefined ? [] : [[name, placeOf(parsed.data[name], environment)]])))
  return { ...parsed.data, ...places, keys }
}

const oneOf = new Intl.ListFormat('en-GB', { type: 'disjunction' })
/** What a setting must be, where we can say so; never its value. */
const faultOf = (issue: z.core.$ZodIssue): string => (issue.code === 'custom' ? issue.message : issue.code === 'invalid_value' ? `must be ${oneOf.format(issue.values.map(String))}` : 'is not valid')

/** The settings that are in order one by one: what they say together is judged although others are not. */
const readableOnes = (given: Environment): Partial<z.infer<typeof settings>> =>
  Object.fromEntries(Object.entries(settings.shape).map(([name, shape]) => [name, shape.safeParse(given[name]).data]))

function policyProblems(config: Partial<z.infer<typeof settings>>): string[] {
  const problems = []
  for (const name of ['SESSION_MAX_MINUTES', 'STAFF_SESSION_MAX_MINUTES'] as const)
    if ((config.SESSION_IDLE_MINUTES ?? 0) > (config[name] ?? Infinity)) problems.push(`SESSION_IDLE_MINUTES must not exceed ${name}`)
  if (config.SUPPLIER_ORG_NUMBER && config.SUPPLIER_ORG_NUMBER === config.BANK_ORG_NUMBER) problems.push('SUPPLIER_ORG_NUMBER must differ from BANK_ORG_NUMBER')
  if (config.SUPPLIER_NAME && !config.SUPPLIER_ORG_NUMBER) problems.push('SUPPLIER_NAME needs SUPPLIER_ORG_NUMBER')
  if (config.DEPLOYMENT === 'production' && !config.LANEKASSEN_LOGO) problems.push('LANEKASSEN_LOGO is missing')
  return problems
}

/** The environment of this process. */
export const environment = (): Environment => process.env

/** True under `next dev`, whose tools need a looser content security policy. */
export const isDevelopment = (): boolean => process.env.NODE_ENV === 'development'
