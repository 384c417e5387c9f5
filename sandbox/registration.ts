import { z } from 'zod'

const orgNumber = z.string().regex(/^\d{9}$/, 'nine digits')

/** A public signing key as the self-service portal takes it: kid with safe characters, no private members (Maskinporten guide, keys). */
const publicKey = z
  .looseObject({ kty: z.literal('RSA'), kid: z.string().regex(/^[A-Za-z0-9._-]+$/), n: z.string().min(1), e: z.string().min(1) })
  .refine((key) => !['d', 'p', 'q', 'dp', 'dq', 'qi'].some((member) => member in key), 'has private members')

const keySet = z.object({ keys: z.array(publicKey).min(1).max(5) })

const shape = z.object({
  appUrl: z.url().transform((url) => url.replace(/\/$/, '')),
  bank: z.object({ name: z.string().min(1), orgNumber }),
  idporten: z.object({ clientId: z.string().min(1), jwks: keySet }),
  staff: z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) }),
  maskinporten: z.array(
    z.object({ clientId: z.uuid(), orgNumber, jwks: keySet, scopes: z.array(z.string().min(1)) }),
  ),
  delegations: z.array(z.object({ consumer: orgNumber, supplier: orgNumber, scopes: z.array(z.string().min(1)) })).default([]),
  lanekassen: z.object({ apiKey: z.string().min(1), transport: z.enum(['altinn3-single', 'altinn3-both', 'altinn3-same']) }),
  resource: z.object({ id: z.string().min(1), metadataKey: z.string().min(1) }),
})

/** What each party has registered about the bank, and about its supplier if it has one. */
export type Registration = z.output<typeof shape>
/** The same as it is written in the file, before defaults. */
export type RegistrationFile = z.input<typeof shape>
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
