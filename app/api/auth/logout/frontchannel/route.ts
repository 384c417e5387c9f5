import type { NextRequest } from 'next/server'
import { correlationId } from '@/app/_server/correlation-id'
import { services } from '@/app/_server/services'

/** ID-porten loads this in a frame when a person logs out anywhere. No cookie comes along: `iss` and `sid` decide. */
export async function GET(request: NextRequest): Promise<Response> {
  const { idporten, sessions, clock } = await services()
  const sid = idporten.frontChannelSid(request.nextUrl.searchParams)
  const headers = { 'cache-control': 'no-store' }
  if (!sid) return new Response(null, { status: 400, headers })
  await sessions.endAll(sid, { reason: 'front-channel', actor: 'id-porten', at: clock.now(), correlationId: await correlationId() })
  return new Response(null, { status: 200, headers })
}
