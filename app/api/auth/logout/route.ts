import { cookies, headers } from 'next/headers'
import { idTokenContext } from '@/app/_server/auth'
import { rememberInvitation } from '@/app/_server/invitation'
import { sessionCookie } from '@/app/_server/cookies'
import { correlationId } from '@/app/_server/correlation-id'
import { nonceHeader } from '@/app/_server/security-headers'
import { selfPostingPage } from '@/app/_server/self-posting-page'
import { isSameOrigin } from '@/app/_server/same-origin'
import { services } from '@/app/_server/services'
import { decrypt } from '@/lib/sealed'
import { Secret } from '@/lib/secret'
import { keyFromToken, tokenHashOf } from '@/lib/session/session'

/**
 * Ends our session and what it held first, then the one at ID-porten: by a POST from the browser, since an id_token in
 * an address would end up in history and logs (oidc_protocol_logout).
 */
export async function POST(): Promise<Response> {
  const given = await headers()
  if (!(await isSameOrigin(given))) return new Response(null, { status: 403 })
  const bank = await services()
  const { config, idporten, sessions, clock, newId } = bank
  const { name, options } = sessionCookie(bank)
  const jar = await cookies()
  const token = jar.get(name)?.value
  const tokenHash = tokenHashOf(token ?? '')
  const session = token ? await sessions.find(tokenHash) : null
  if (session) await sessions.end(tokenHash, { reason: 'own', actor: 'applicant', at: clock.now(), correlationId: await correlationId() })
  jar.set(name, '', { ...options, maxAge: 0 })
  await rememberInvitation(null)

  const clear = { 'clear-site-data': '"cache", "storage"', 'cache-control': 'no-store' }
  const metadata = session ? await idporten.metadata() : null
  if (!token || !session || !metadata?.ok) return new Response(null, { status: 303, headers: { ...clear, location: `${config.APP_URL}/logged-out?why=own` } })
  const page = selfPostingPage({
    action: metadata.value.end_session_endpoint,
    instead: '/',
    nonce: given.get(nonceHeader) ?? '',
    fields: {
      id_token_hint: decrypt(keyFromToken(new Secret(token), 'id-token'), session.idTokenSealed, idTokenContext).toString('utf8'),
      client_id: idporten.clientId,
      post_logout_redirect_uri: `${config.APP_URL}/logged-out`,
      state: newId(),
    },
  })
  return new Response(await page, { headers: { ...clear, 'content-type': 'text/html; charset=utf-8' } })
}
