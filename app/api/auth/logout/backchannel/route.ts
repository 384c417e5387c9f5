import { correlationId } from '@/app/_server/correlation-id'
import { services } from '@/app/_server/services'
import { readLogoutToken } from '@/lib/idporten/logout-token'

const MOST_BYTES = 10_000

/** ID-porten's own call, once, when a person logs out anywhere (OpenID Connect Back-Channel Logout 1.0 §2.5–2.8). */
export async function POST(request: Request): Promise<Response> {
  const { idporten, sessions, clock, log } = services()
  const headers = { 'cache-control': 'no-store' }
  const refuse = () => Response.json({ error: 'invalid_request' }, { status: 400, headers })

  const text = await textOf(request)
  const token = text === null ? null : new URLSearchParams(text).get('logout_token')
  if (!token) return refuse()
  const payload = await idporten.verify(token, 'logout-token')
  if (!payload.ok && payload.reason === 'idporten-unavailable') return Response.json({ error: 'temporarily_unavailable' }, { status: 503, headers })
  const logout = payload.ok ? readLogoutToken(payload.value) : null
  if (!logout) {
    log.warn('A log-out token was refused', { upstream: 'idporten', step: 'back-channel', detail: payload.ok ? 'claims' : (payload.detail ?? '') })
    return refuse()
  }
  const ended = await sessions.endAllOnce(logout.sid, { value: logout.jti, expiresAt: logout.expiresAt }, { reason: 'back-channel', actor: 'id-porten', at: clock.now(), correlationId: await correlationId() })
  return ended === null ? refuse() : new Response(null, { status: 200, headers })
}

async function textOf(request: Request): Promise<string | null> {
  const declared = Number(request.headers.get('content-length') ?? Infinity)
  if (declared > MOST_BYTES || !request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')) return null
  return request.text()
}
