import { createHash, timingSafeEqual } from 'node:crypto'
import { installation } from '@/app/_server/services'
import { tellFigures } from '@/lib/metrics/tell-figures'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Figures for Prometheus, to whoever has the operator's token. Where there is no token there is no such page. */
export async function GET(request: Request): Promise<Response> {
  const house = installation()
  const token = house.config.METRICS_TOKEN
  const headers = { 'cache-control': 'no-store' }
  if (!token) return new Response(null, { status: 404, headers })
  const [, given = ''] = /^Bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
  if (!timingSafeEqual(digest(given), digest(token.reveal()))) return new Response(null, { status: 401, headers: { ...headers, 'www-authenticate': 'Bearer' } })
  return new Response(await tellFigures(house), { headers: { ...headers, 'content-type': house.meters.registry.contentType } })
}
