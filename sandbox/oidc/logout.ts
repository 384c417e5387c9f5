import { decodeJwt } from 'jose'
import type Provider from 'oidc-provider'
import { isForm, isFromOwnPage, readBody, type Answer } from '../http.ts'
import { html, page, type Page } from '../page.ts'
import { refuse, type Visit } from '../visit.ts'
import { sessionAccount } from './end-session.ts'

export type LogoutHouse = { provider: Provider; owner: 'idporten' | 'staff'; origin: string; /** Ends the session and gives the front-channel addresses to load. */ end(visit: Visit): Promise<string[]> }

/**
 * RP-initiated log-out (OpenID Connect RP-Initiated Logout 1.0; ID-porten, log-out): by POST or GET with id_token_hint. Without a
 * hint the person is asked. There is a way back only to a registered address, with a hint or client_id, and while there was a session.
 */
export async function logout(visit: Visit, { provider, owner, origin, end }: LogoutHouse): Promise<Answer> {
  const given = visit.method === 'POST' ? new URLSearchParams(isForm(visit.req) ? ((await readBody(visit.req)) ?? '') : '') : visit.query
  const no = (because: string, words: string): Answer => refuse(visit, because, page(400, plain(owner, 'Kan ikke logge ut', words)))

  const hint = given.get('id_token_hint')
  const clientId = hint === null ? given.get('client_id') : audienceOf(hint)
  const client = clientId === null ? undefined : await provider.Client.find(clientId)
  if (clientId !== null && !client) return no('the id_token_hint or client_id names no client', 'Tjenesten er ikke registrert.')
  if (hint !== null && client && !(await isOurs(provider, hint, client))) return no('the id_token_hint is not one of ours', 'Beviset på innloggingen er ikke gyldig.')
  const state = given.get('state')
  if (state !== null && !/^[\x20-\x7E]+$/.test(state)) return no('state holds more than printable ASCII', 'Forespørselen kan ikke leses.')
  const back = given.get('post_logout_redirect_uri')
  if (back !== null && client && !client.postLogoutRedirectUriAllowed(back)) return no('post_logout_redirect_uri is not registered', 'Adressen tilbake er ikke registrert.')

  const signedIn = (await sessionAccount(provider, visit.req, visit.res)) !== undefined
  if (!signedIn) return page(200, plain(owner, 'Du er logget ut', 'Du var allerede logget ut her.'))
  const confirmed = visit.method === 'POST' && given.get('confirm') === 'yes' && isFromOwnPage(visit.req, origin)
  if (hint === null && !confirmed) return page(200, askPage(owner, clientId, back, state))

  const frames = await end(visit)
  const goOnTo = back !== null && client ? withState(back, state) : undefined
  return page(200, loggedOutPage(owner, frames, goOnTo))
}

const audienceOf = (token: string): string => {
  try {
    const { aud } = decodeJwt(token)
    return typeof aud === 'string' ? aud : ''
  } catch {
    return ''
  }
}

const isOurs = (provider: Provider, hint: string, client: Awaited<ReturnType<Provider['Client']['find']>> & object): Promise<boolean> =>
  provider.IdToken.validate(hint, client).then(() => true, () => false)

function withState(back: string, state: string | null): string {
  const url = new URL(back)
  if (state !== null) url.searchParams.set('state', state)
  return url.href
}

const plain = (owner: Page['owner'], title: string, words: string): Page => ({ title, owner, body: html`<h1>${title}</h1><p>${words}</p>` })

const askPage = (owner: 'idporten' | 'staff', clientId: string | null, back: string | null, state: string | null): Page => ({
  title: 'Logg ut', owner,
  body: html`<h1>Vil du logge ut?</h1><p>Du blir logget ut av alle tjenester du har logget inn i her.</p>
<form method="post" action="/${owner}/logout"><input type="hidden" name="confirm" value="yes">
${clientId !== null && html`<input type="hidden" name="client_id" value="${clientId}">`}${back !== null && html`<input type="hidden" name="post_logout_redirect_uri" value="${back}">`}${state !== null && html`<input type="hidden" name="state" value="${state}">`}
<div class="choices"><button>Ja, logg ut</button></div></form>`,
})

/** Shown for the moment it takes to load the front-channel frames; a link for those whose browser does not go on by itself. */
export const loggedOutPage = (owner: Page['owner'], frames: readonly string[], goOnTo: string | undefined): Page => ({
  title: 'Du er logget ut', owner, frames, ...(goOnTo !== undefined && { goOnTo }),
  body: html`<h1>Du er logget ut</h1><p>${owner === 'altinn' ? 'Altinn har logget deg ut, også av ID-porten og tjenestene du brukte den i.' : 'Du er logget ut av alle tjenester du brukte denne innloggingen i.'}</p>
${goOnTo !== undefined && html`<p><a class="button" href="${goOnTo}">Fortsett</a></p>`}`,
})
