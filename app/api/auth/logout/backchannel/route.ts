import { correlationId } from '@/app/_server/correlation-id'
import { formText } from '@/app/_server/form-text'
import { services } from '@/app/_server/services'

/** ID-porten's own call, once, when a person logs out anywhere (OpenID Connect Back-Channel Logout 1.0 §2.5–2.8). */
export async function POST(request: Request): Promise<Response> {
  const { idporten, sessions, clock, log } = await services()
  const headers = { 'cache-control': 'no-store' }
  const refuse = () => Response.json({ error: 'invalid_request' }, { status: 400, headers })

  const text = await formText(request)
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
