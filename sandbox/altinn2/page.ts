import { consentText, day, messageView, orgName, pickerView, wrongPersonView } from '../altinn/consent-views.ts'
import { orgUrn } from '../altinn/consents.ts'
import type { Visitors } from '../altinn/visitor.ts'
import { empty, isForm, isFromOwnPage, seeOther, type Answer } from '../http.ts'
import { loggedOutPage } from '../oidc/logout.ts'
import { html, page, type Page } from '../page.ts'
import { nameOf } from '../people.ts'
import type { Street } from '../street.ts'
import { refuse, type Visit } from '../visit.ts'
import { isInForce, isOver, isUnanswered, type ConsentRequest } from './requests.ts'

export const PAGE = '/ui/AccessConsent/request'
export const OWN = '/ui/profile'
/** What `languageCode` may be. Our page has its words in bokmål alone: the language is only written down. */
const languages = ['nb-NO', 'nn-NO', 'en']

/** The page a person answers on. Answered requests say so; another person than the one asked sees nothing of it. */
export async function answerPage(visit: Visit, street: Street, visitors: Visitors): Promise<Answer> {
  const [language, ...more] = visit.query.getAll('languageCode')
  if (language !== undefined && (more.length > 0 || !languages.includes(language))) return refuse(visit, 'languageCode is none of nb-NO, nn-NO and en', page(400, messageView('Lenken er feil', 'Språket i lenken finnes ikke.')))
  if (language !== undefined) visit.language = language
  const request = street.altinn2.find(visit.query.get('id') ?? '')
  const fromPortal = visit.query.get('from') === 'portal'
  const here = `/altinn2${PAGE}?id=${visit.query.get('id') ?? ''}${fromPortal ? '&from=portal' : ''}${language === undefined ? '' : `&languageCode=${language}`}`
  const pid = await visitors.whoIs(visit)
  if (pid === undefined) return page(200, pickerView(here))
  visit.person = nameOf(pid)
  if (!request) return refuse(visit, 'no such consent request', page(404, messageView('Vi finner ikke forespørselen', 'Lenken kan være feil, eller forespørselen kan være slettet.')))
  visit.consent = request.code
  if (request.offeredBy !== pid || (request.requiredDelegator !== null && request.requiredDelegator !== pid)) return refuse(visit, 'the person logged in is another than the one asked', page(403, wrongPersonView(nameOf(pid), here)))

  const now = new Date(visit.now)
  if (!isUnanswered(request) || isOver(request, now)) return page(200, messageView('Forespørselen er besvart', isOver(request, now) ? 'Fristen for å svare har gått ut.' : 'Du har svart på denne forespørselen før.'))
  if (visit.method !== 'POST') {
    street.altinn2.open(request, now)
    return page(200, askView(request, street, nameOf(pid), here))
  }
  if (!isForm(visit.req) || !isFromOwnPage(visit.req, street.origin)) return refuse(visit, 'the answer was sent from another site', empty(403))
  const said = new URLSearchParams(visit.body).get('answer')
  if (said !== 'accept' && said !== 'reject') return refuse(visit, 'the answer is neither yes nor no', empty(400))
  street.altinn2.move(request, said, now)
  // Somebody who answers from their own pages stays there (foresporsler, RedirectUrl).
  return fromPortal ? seeOther(`/altinn2${OWN}`) : leave(visit, street, visitors, returnAddress(request, said === 'accept'))
}

/** What the redirect carries (be-om-samtykke, redirect); the message is encoded twice, as Altinn does it. */
export function returnAddress({ redirectUrl, code }: ConsentRequest, accepted: boolean): string {
  const parameters = accepted ? `AuthorizationCode=${code}&Status=OK` : `Status=Failed&ErrorMessage=User%2520did%2520not%2520give%2520consent&FailedAuthorizationCode=${code}`
  const [, address = redirectUrl, fragment = ''] = /^([^#]*)(#.*)?$/s.exec(redirectUrl) ?? []
  return `${address}${address.includes('?') ? '&' : '?'}${parameters}${fragment}`
}

async function leave(visit: Visit, street: Street, visitors: Visitors, to: string): Promise<Answer> {
  if (!street.settings.ssoLogoutAfterConsent) return seeOther(to)
  const frames = await visitors.leave(visit)
  return frames.length === 0 ? seeOther(to) : page(200, loggedOutPage('altinn', frames, to))
}

/** The person's own consents, and how to withdraw one. */
export async function ownConsents(visit: Visit, street: Street, visitors: Visitors): Promise<Answer> {
  const pid = await visitors.whoIs(visit)
  if (pid === undefined) return page(200, pickerView(`/altinn2${OWN}`))
  visit.person = nameOf(pid)
  const now = new Date(visit.now)
  if (visit.method === 'POST') {
    if (!isForm(visit.req) || !isFromOwnPage(visit.req, street.origin)) return refuse(visit, 'the form was sent from another site', empty(403))
    const request = street.altinn2.find(new URLSearchParams(visit.body).get('code') ?? '')
    if (request?.offeredBy !== pid || !street.altinn2.move(request, 'revoke', now)) return refuse(visit, 'not one of this person’s consents in force', empty(404))
    return seeOther(`/altinn2${OWN}`)
  }
  return page(200, ownView(street.altinn2.all().filter((request) => request.offeredBy === pid && isListed(request)).reverse(), street, now))
}

/** A request that was sent with PortalViewMode `Hide` is not shown before it is answered. */
const isListed = (request: ConsentRequest): boolean => !isUnanswered(request) || /^show$/i.test(request.portalViewMode)

const nameIn = ({ resources }: ConsentRequest): string => Object.values(resources[0]?.Metadata ?? {})[0] ?? ''

function askView(request: ConsentRequest, street: Street, name: string, here: string): Page {
  const asker = orgName(street, orgUrn(request.coveredBy))
  return {
    title: 'Forespørsel om samtykke', owner: 'altinn',
    body: html`<h1>${asker} ber om samtykke fra deg</h1>
<p class="lead">Hvis du sier ja, kan ${asker} hente opplysninger om deg fra <strong>Lånekassen</strong>.</p>
<dl class="facts"><dt>Du er</dt><dd>${name}</dd><dt>Hvem spør</dt><dd>${asker}</dd><dt>Opplysninger</dt><dd>Saldo på studielån</dd><dt>Varer til</dt><dd>${day(request.validTo)}</dd></dl>
${request.handledBy !== null && html`<p class="note">${orgName(street, orgUrn(request.handledBy))} håndterer samtykket på vegne av ${asker}.</p>`}
<section class="card" aria-labelledby="hva"><h2 id="hva" style="margin-top:0">Dette sier du ja til</h2>${consentText(nameIn(request))}</section>
<p>Samtykket gjelder til ${day(request.validTo)} hvis du ikke trekker det før.</p>
<form method="post" action="${here}"><div class="choices">
<button name="answer" value="accept">Ja, jeg gir samtykke</button><button class="plain" name="answer" value="reject">Nei, jeg gir ikke samtykke</button></div></form>`,
  }
}

const ownView = (own: readonly ConsentRequest[], street: Street, now: Date): Page => ({
  title: 'Samtykke- og fullmaktsavtaler', owner: 'altinn',
  body: html`<h1>Samtykke- og fullmaktsavtaler</h1>${own.length === 0 && html`<p>Du har ingen avtaler.</p>`}
${own.map((request) => html`<section class="card"><h2 style="margin-top:0">${orgName(street, orgUrn(request.coveredBy))}</h2><p>Saldo på studielån fra Lånekassen</p>
<p>${isInForce(request, now) ? `Aktivt til ${day(request.validTo)}` : request.revoked ? 'Trukket' : isOver(request, now) ? 'Utløpt' : request.status === 'Rejected' ? 'Avslått' : 'Venter på svar'}</p>
${isUnanswered(request) && !isOver(request, now) && html`<p><a class="button plain" href="/altinn2${PAGE}?id=${request.code}&from=portal">Svar på forespørselen</a></p>`}
${isInForce(request, now) && html`<form method="post" action="/altinn2${OWN}"><input type="hidden" name="code" value="${request.code}"><button>Trekk samtykket</button></form>`}</section>`)}
<p><a href="/">Til sandkassens forside</a></p>`,
})
