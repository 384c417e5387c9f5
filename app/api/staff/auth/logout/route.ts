import { cookies, headers } from 'next/headers'
import { correlationId } from '@/app/_server/correlation-id'
import { staffSessionCookie } from '@/app/_server/cookies'
import { isSameOrigin } from '@/app/_server/same-origin'
import { nonceHeader } from '@/app/_server/security-headers'
import { selfPostingPage } from '@/app/_server/self-posting-page'
import { staffBank } from '@/app/_server/staff-session'
import { Secret } from '@/lib/secret'
import { tokenHashOf } from '@/lib/session/session'
import { openTokens } from '@/lib/staff/admit-staff'

/** Ends an employee's session and what hangs on it first, then the one at the provider: by a POST from the browser, as the applicants'. */
export async function POST(): Promise<Response> {
  const given = await headers()
  const bank = await staffBank()
  if (!(await isSameOrigin(given))) return new Response(null, { status: 403 })
  const { config, clock, newId, staff: { provider, store } } = bank
  const { name, options } = staffSessionCookie(bank)
  const jar = await cookies()
  const token = new Secret(jar.get(name)?.value ?? '')
  const tokenHash = tokenHashOf(token.reveal())
  const session = await store.find(tokenHash)
  if (session) await store.end({ tokenHash }, { reason: 'own', at: clock.now(), correlationId: await correlationId() })
  jar.set(name, '', { ...options, maxAge: 0 })

  const clear = { 'clear-site-data': '"cache", "storage"', 'cache-control': 'no-store' }
  const address = session && (await provider.logoutAddress())
  if (!session || !address) return new Response(null, { status: 303, headers: { ...clear, location: `${config.APP_URL}/staff/logged-out?why=own` } })
  const page = selfPostingPage({
    action: address,
    instead: '/staff/login',
    nonce: given.get(nonceHeader) ?? '',
    fields: { id_token_hint: openTokens(token, session.tokensSealed).idToken, client_id: provider.clientId, post_logout_redirect_uri: `${config.APP_URL}/staff/logged-out`, state: newId() },
  })
  return new Response(await page, { headers: { ...clear, 'content-type': 'text/html; charset=utf-8' } })
}
