import { z } from 'zod'

export const orgNumber = z.string().regex(/^\d{9}$/, 'nine digits')

/** A public signing key as the self-service portal takes it: kid with safe characters, no private members (Maskinporten guide, keys). */
const publicKey = z
  .looseObject({ kty: z.literal('RSA'), kid: z.string().regex(/^[A-Za-z0-9._-]+$/), n: z.string().min(1), e: z.string().min(1) })
  .refine((key) => !['d', 'p', 'q', 'dp', 'dq', 'qi'].some((member) => member in key), 'has private members')

const keySet = z.object({ keys: z.array(publicKey).min(1).max(5) })
/** Of a Maskinporten client: empty when it shows a business certificate instead. */
export const clientKeys = z.object({ keys: z.array(publicKey).max(5).refine((keys) => new Set(keys.map(({ kid }) => kid)).size === keys.length, 'the same kid twice') })
const origin = z.url().transform((url) => url.replace(/\/$/, ''))
const bank = z.object({ name: z.string().min(1), orgNumber })
export const delegation = z.object({ consumer: orgNumber, supplier: orgNumber, scopes: z.array(z.string().min(1)) })

const maskinportenClient = z.object({
  clientId: z.uuid(), orgNumber, jwks: clientKeys.default({ keys: [] }), /** When the keys were posted; a year later they have expired. */ keysPostedAt: z.coerce.date().optional(), scopes: z.array(z.string().min(1)),
})
/** A key at Altinn 2 is an organisation's, and says where people may be sent back to. */
const altinn2Key = z.object({ apiKey: z.string().min(1), orgNumber, redirectDomains: z.array(z.string().min(1)).default([]) })
const staffClient = z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) })
/** `staff`: a client of the bank's own at the staff log-in. Left out, it shares the first bank's. */
const oneMoreBank = z.object({ appUrl: origin, bank, idporten: z.object({ clientId: z.string().min(1), jwks: keySet }), staff: staffClient.optional(), lanekassen: z.object({ apiKey: z.string().min(1) }) })

export type Bank = { appUrl: string; name: string; orgNumber: string; idporten: z.output<typeof oneMoreBank>['idporten']; apiKey: string; staff: z.output<typeof staffClient> | undefined }
const flat = ({ appUrl, bank: { name, orgNumber: number }, idporten, staff, lanekassen: { apiKey } }: z.output<typeof oneMoreBank>): Bank => ({ appUrl, name, orgNumber: number, idporten, apiKey, staff })

const shape = z.object({
  appUrl: origin,
  bank,
  idporten: z.object({ clientId: z.string().min(1), jwks: keySet }),
  staff: staffClient,
  maskinporten: z.array(maskinportenClient),
  delegations: z.array(delegation).default([]),
  lanekassen: z.object({ apiKey: z.string().min(1), transport: z.enum(['altinn3-single', 'altinn3-both', 'altinn3-same', 'altinn2']) }),
  resource: z.object({ id: z.string().min(1), metadataKey: z.string().min(1) }),
  /** Altinn 2: whose API keys are whose, and where people may be sent back to beside the banks' own addresses. */
  altinn2: z.object({
    apiKeys: z.array(altinn2Key), redirectDomains: z.array(z.string().min(1)).default([]),
    serviceCode: z.string().default('5498'), serviceEditionCode: z.int().default(1),
  }).default({ apiKeys: [], redirectDomains: [], serviceCode: '5498', serviceEditionCode: 1 }),
  /** More banks on the same street, each with its own addresses and its own agreements. */
  moreBanks: z.array(oneMoreBank).default([]),
  /** Names in the register of entities beside the banks', by organisation number. */
  organisations: z.record(orgNumber, z.string().min(1)).default({}),
}).transform((file) => ({ ...file, banks: [flat({ ...file, staff: undefined }), ...file.moreBanks.map(flat)] }))

/** One more bank as the control API takes it: with its clients at Maskinporten, what it has delegated, and its keys at Altinn 2. */
export const addedBank = oneMoreBank
  .extend({ maskinporten: z.array(maskinportenClient).default([]), delegations: z.array(delegation).default([]), altinn2ApiKeys: z.array(altinn2Key).default([]) })
  .transform(({ maskinporten, delegations, altinn2ApiKeys, ...file }) => ({ bank: flat(file), maskinporten, delegations, altinn2ApiKeys }))

/** What each party has registered about the banks, the first of which is `bank`, and about their supplier if they have one. */
export type Registration = z.output<typeof shape>
/** The same as it is written in the file, before defaults. */
export type RegistrationFile = z.input<typeof shape>
export type Altinn2Key = z.output<typeof altinn2Key>
export type Delegation = z.output<typeof delegation>
export type MaskinportenClient = Registration['maskinporten'][number]
export type Transport = Registration['lanekassen']['transport']

/** Checks a registration; the error names every bad place and prints no value. */
export function checkRegistration(candidate: unknown): Registration {
  const parsed = shape.safeParse(candidate)
  if (parsed.success) return parsed.data
  const places = parsed.error.issues.map((issue) => `  ${issue.path.join('.') || '(top)'}: ${issue.message}`)
  throw new Error(`The registration is not complete:\n${places.join('\n')}`)
}

/** Reads the registration from the text of a JSON file. */
export function readRegistration(text: string): Registration {
  let candidate: unknown
  try {
    candidate = JSON.parse(text)
  } catch {
    throw new Error('The registration file is not JSON')
  }
  return checkRegistration(candidate)
}
