import { empty, isForm, isFromOwnPage, seeOther, type Answer } from '../http.ts'
import { html, page, type Html, type Page } from '../page.ts'
import { nameOf } from '../people.ts'
import type { Street } from '../street.ts'
import { refuse, type Visit } from '../visit.ts'
import { consentText, day, metadataName, messageView, moment, orgName, pickerView } from './consent-views.ts'
import { isExpired, personUrn, type Consent } from './consents.ts'
import type { Visitors } from './visitor.ts'

/** A person's page at Altinn: the consents they have given, and how to withdraw one. */
export async function profilePage(visit: Visit, street: Street, visitors: Visitors): Promise<Answer> {
  const pid = await visitors.whoIs(visit)
  const id = /^\/profile\/([0-9a-f-]{36})$/i.exec(visit.path)?.[1]
  if (pid === undefined) return page(200, pickerView(id === undefined ? '/altinn/profile' : `/altinn/profile/${id}`))
  visit.person = nameOf(pid)
  const own = street.consents.all().filter(({ from }) => from === personUrn(pid)).reverse()
  const now = new Date(visit.now)
  if (id === undefined) return page(200, listView(own.filter(isListed), street, pid, now))

  const consent = own.find((one) => one.id === id.toLowerCase())
  if (!consent) return refuse(visit, 'not one of this person’s consents', page(404, messageView('Vi finner ikke avtalen', 'Den finnes ikke, eller den gjelder en annen person.', 'CTUI-00001')))
  if (visit.method !== 'POST') return page(200, detailView(consent, street, now))
  if (!isForm(visit.req) || !isFromOwnPage(visit.req, street.origin)) return refuse(visit, 'the form was sent from another site', empty(403))
  const wrongState = street.consents.move(consent, 'revoke', personUrn(pid), now)
  if (wrongState !== null) return refuse(visit, `the consent cannot be withdrawn now (${wrongState})`, page(200, detailView(consent, street, now)))
  return seeOther(`/altinn/profile/${consent.id}`)
}

/** A request that was sent with portalViewMode `hide` is not shown before it is answered. */
const isListed = ({ status, portalViewMode }: Consent): boolean => status !== 'Created' || portalViewMode === 'Show'

function state(consent: Consent, now: Date): Html {
  if (isExpired(consent, now) && (consent.status === 'Accepted' || consent.status === 'Created')) return html`Utløpt ${day(consent.validTo)}`
  const since = consent.events.at(-1)?.at ?? now
  return { Created: html`Venter på svar`, Accepted: html`<span class="good">Aktivt til ${day(consent.validTo)}</span>`, Rejected: html`Avslått ${day(since)}`, Revoked: html`Trukket ${day(since)}` }[consent.status]
}

const listView = (own: readonly Consent[], street: Street, pid: string, now: Date): Page => ({
  title: 'Samtykke- og fullmaktsavtaler', owner: 'altinn',
  body: html`<h1>Samtykke- og fullmaktsavtaler</h1><p class="soft">Du er logget inn som <strong>${nameOf(pid)}</strong>.</p>
${own.length === 0 && html`<p>Du har ingen avtaler.</p>`}
${own.map((consent) => html`<section class="card"><h2 style="margin-top:0">${orgName(street, consent.to)}</h2><p>Saldo på studielån fra Lånekassen</p><p>${state(consent, now)}</p>
${consent.status === 'Created' && !isExpired(consent, now)
    ? html`<p><a class="button plain" href="/altinn/accessmanagement/ui/consent/request?id=${consent.id}">Svar på forespørselen</a></p>`
    : html`<p><a class="button plain" href="/altinn/profile/${consent.id}">Se/trekk samtykke</a></p>`}</section>`)}
<form method="post" action="/altinn/logout"><input type="hidden" name="next" value="/altinn/profile"><button class="plain">Logg ut</button></form>
<p><a href="/">Til sandkassens forside</a></p>`,
})

const happened = { Created: 'Forespørsel mottatt', Accepted: 'Samtykke gitt', Rejected: 'Avslått', Revoked: 'Samtykke trukket', Deleted: 'Slettet', Used: 'Brukt' }

const detailView = (consent: Consent, street: Street, now: Date): Page => ({
  title: 'Se/trekk samtykke', owner: 'altinn',
  body: html`<h1>Samtykke til ${orgName(street, consent.to)}</h1><p>${state(consent, now)}</p>
<section class="card">${consentText(metadataName(consent))}</section>
${consent.status === 'Accepted' && !isExpired(consent, now) && html`<form method="post" action="/altinn/profile/${consent.id}"><p>Trekker du samtykket, kan ${orgName(street, consent.to)} ikke lenger hente opplysningene.</p><button>Trekk samtykket</button></form>`}
<h2>Avtalelogg</h2><ul>${consent.events.map(({ type, at }) => html`<li>${moment(at)}: ${happened[type]}</li>`)}</ul>
<p><a href="/altinn/profile">Tilbake til avtalene</a></p>`,
})
