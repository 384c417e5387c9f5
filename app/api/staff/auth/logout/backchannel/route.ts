import { correlationId } from '@/app/_server/correlation-id'
import { formText } from '@/app/_server/form-text'
import { staffBank } from '@/app/_server/staff-session'

/** The provider's own call when an employee logs out there, or is logged out (OpenID Connect Back-Channel Logout 1.0 §2.5–2.8). */
export async function POST(request: Request): Promise<Response> {
  const { clock, log, staff: { provider, store } } = await staffBank()
  const headers = { 'cache-control': 'no-store' }
  const refuse = () => Response.json({ error: 'invalid_request' }, { status: 400, headers })

  const text = await formText(request)
  const token = text === null ? null : new URLSearchParams(text).get('logout_token')
  if (!token) return refuse()
  const logout = await provider.verifyLogoutToken(token)
  if (!logout.ok) {
    log.warn('A log-out token was not used', { upstream: 'staff', step: 'back-channel', reason: logout.reason, detail: logout.detail ?? '' })
    return logout.reason === 'not-valid' ? refuse() : Response.json({ error: 'temporarily_unavailable' }, { status: 503, headers })
  }
  const { sid, sub, jti, expiresAt } = logout.value
  const ended = await store.endOnce({ sid, sub }, { value: jti, expiresAt }, { reason: 'back-channel', at: clock.now(), correlationId: await correlationId() })
  return ended === null ? refuse() : new Response(null, { status: 200, headers })
}
