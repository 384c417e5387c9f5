import { correlationId } from '@/app/_server/correlation-id'
import { services } from '@/app/_server/services'

const MOST_BYTES = 10_000

/** ID-porten's own call, once, when a person logs out anywhere (OpenID Connect Back-Channel Logout 1.0 §2.5–2.8). */
export async function POST(request: Request): Promise<Response> {
  const { idporten, sessions, clock, log } = await services()
  const headers = { 'cache-control': 'no-store' }
  const refuse = () => Response.json({ error: 'invalid_request' }, { status: 400, headers })

  const text = await textOf(request)
  const token = text === null ? null : new URLSearchParams(text).get('logout_token')
  if (!token) return refuse()
  const logout = await idporten.verifyLogoutToken(token)
  if (!logout.ok) {
    log.warn('A log-out token was not used', { upstream: 'idporten', step: 'back-channel', reason: logout.reason, detail: logout.detail ?? '' })
    return logout.reason === 'not-valid' ? refuse() : Response.json({ error: 'temporarily_unavailable' }, { status: 503, headers })
  }
  const { sid, jti, expiresAt } = logout.value
  const ended = await sessions.endAllOnce(sid, { value: jti, expiresAt }, { reason: 'back-channel', actor: 'id-porten', at: clock.now(), correlationId: await correlationId() })
  return ended === null ? refuse() : new Response(null, { status: 200, headers })
}

async function textOf(request: Request): Promise<string | null> {
  const declared = Number(request.headers.get('content-length') ?? Infinity)
  if (declared > MOST_BYTES || !request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')) return null
  return request.text()
}
