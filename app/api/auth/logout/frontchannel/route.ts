import type { NextRequest } from 'next/server'
import { correlationId } from '@/app/_server/correlation-id'
import { services } from '@/app/_server/services'
import { isSid, sameIssuer } from '@/lib/idporten/logout-token'

/** ID-porten loads this in a frame when a person logs out anywhere. No cookie comes along: `iss` and `sid` decide. */
export async function GET(request: NextRequest): Promise<Response> {
  const { idporten, sessions, clock } = services()
  const query = request.nextUrl.searchParams
  const sid = query.get('sid')
  const ours = query.getAll('iss').length === 1 && query.getAll('sid').length === 1 && sameIssuer(query.get('iss'), idporten.issuer)
  const headers = { 'cache-control': 'no-store' }
  if (!ours || !isSid(sid)) return new Response(null, { status: 400, headers })
  await sessions.endAll(sid, { reason: 'front-channel', actor: 'id-porten', at: clock.now(), correlationId: await correlationId() })
  return new Response(null, { status: 200, headers })
}
