import { z } from 'zod'

/** RFC 8414 metadata, as far as we need it. */
export const metadataAnswer = z.object({ issuer: z.string().min(1), token_endpoint: z.url(), jwks_uri: z.url() })
export type MaskinportenMetadata = z.infer<typeof metadataAnswer>

/** A lifetime must be a positive number; one we cannot use is a refusal, not a guess. */
export const tokenAnswer = z.object({ access_token: z.string().min(20).max(20_000), expires_in: z.number().int().positive().max(86_400) })

const refusal = z.object({ error: z.string().max(60), error_description: z.string().max(2_000).optional() })

/** The words of a refusal that may be logged: `error` and the MP code; the rest may hold personal data. */
export function refusalCode(problem: unknown): { code: string; mp: string | null } {
  const { data } = refusal.safeParse(problem)
  const mp = /\bMP-\d{3}\b/.exec(data?.error_description ?? '')?.[0] ?? null
  const code = /^[a-z_]{1,40}$/.test(data?.error ?? '') ? (data?.error ?? '') : 'unreadable'
  return { code: mp ? `${code} ${mp}` : code, mp }
}
