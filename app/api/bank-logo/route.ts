import { services } from '@/app/_server/services'

/** The bank's logo, from the operator's file. Its address changes with it. */
export async function GET(): Promise<Response> {
  const { logo } = await (await services()).appearance()
  if (!logo) return new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } })
  return new Response(logo.bytes, { headers: { 'content-type': logo.type, 'cache-control': 'private, max-age=31536000, immutable' } })
}
