import { z } from 'zod'

/** RFC 8414 metadata, as far as we need it. */
export const metadataAnswer = z.object({ issuer: z.string().min(1), token_endpoint: z.url(), jwks_uri: z.url() })
export type MaskinportenMetadata = z.infer<typeof metadataAnswer>

/** A lifetime must be a positive number; one we cannot use is a refusal, not a guess. */
export const tokenAnswer = z.object({ access_token: z.string().min(20).max(20_000), expires_in: z.number().int().positive().max(86_400) })
