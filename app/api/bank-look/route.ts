import { services } from '@/app/_server/services'

/** The bank's look as a style sheet. Its address changes with it, so that browsers may keep it. */
export async function GET(): Promise<Response> {
  const { look } = await (await services()).appearance()
  if (!look) return new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } })
  return new Response(look.css, { headers: { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'private, max-age=31536000, immutable' } })
}
