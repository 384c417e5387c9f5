import { services } from '@/app/_server/services'

/** The public keys that receipts are checked with: the one we sign with now, and those we have signed with before. */
export async function GET(): Promise<Response> {
  const { RECEIPT_SIGNING_KEY: current, RECEIPT_OLD_KEYS: old = [] } = (await services()).config
  return Response.json({ keys: [current.publicJwk, ...old] }, { headers: { 'content-type': 'application/jwk-set+json' } })
}

export const dynamic = 'force-dynamic'
