import { personButtons } from '../idporten/login-page.ts'
import { html, type Html, type Page } from '../page.ts'
import { people } from '../people.ts'
import type { Street } from '../street.ts'
import { orgOf, type Consent } from './consents.ts'

const dateWords = new Intl.DateTimeFormat('nb-NO', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'Europe/Oslo' })
const timeWords = new Intl.DateTimeFormat('nb-NO', { day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Oslo' })
export const day = (time: Date): string => dateWords.format(time)
export const moment = (time: Date): string => timeWords.format(time)

/** An organisation's name in the sandbox's register of entities. */
export function orgName({ registration, selfService }: Street, urn: string): string {
  const number = orgOf(urn) ?? ''
  return selfService.banks.find(({ orgNumber }) => orgNumber === number)?.name ?? registration.organisations[number] ?? `Organisasjon ${number}`
}

/** Log-in at Altinn, when this browser has no ID-porten session. */
export const pickerView = (next: string): Page => ({
  title: 'Logg inn', owner: 'altinn',
  body: html`<h1>Logg inn i Altinn</h1><p class="lead">Du er ikke logget inn med ID-porten i denne nettleseren. Velg hvem du er.</p>
<form method="post" action="/altinn/login"><input type="hidden" name="next" value="${next}">${personButtons(people)}</form>`,
})

export const messageView = (title: string, words: string, code?: string): Page => ({
  title, owner: 'altinn',
  body: html`<h1>${title}</h1><p>${words}</p>${code !== undefined && html`<p class="soft small">Feilkode: ${code}</p>`}<p><a href="/altinn/profile">Gå til profilen din</a></p>`,
})

export const wrongPersonView = (name: string, next: string): Page => ({
  title: 'Forespørselen gjelder en annen', owner: 'altinn',
  body: html`<h1>Forespørselen gjelder en annen</h1><p>Du er logget inn som <strong>${name}</strong>. Samtykket det spørres om, kan bare gis av den forespørselen er sendt til.</p>
<p class="soft small">Feilkode: CTUI-00000</p>
<form method="post" action="/altinn/logout"><input type="hidden" name="next" value="${next}"><button>Logg ut og bytt person</button></form>`,
})

/** The consent text of the service (Lånekassen, consent text; {navn} is the metadata value), with Altinn's introduction and duration. */
export const consentText = (name: string): Html => html`
<p>Samtykket fritar Lånekassen fra taushetsplikten overfor <strong>${name}</strong> for opplysninger om samlet studiegjeld, gebyr og omkostninger.</p>
<ul>
<li>${name} kan bare bruke opplysningene til å vise deg en oversikt i nettbank, mobilbank eller lignende.</li>
<li>${name} henter opplysningene hver gang du logger inn, og sletter dem når du logger ut.</li>
<li>Du kan trekke samtykket når som helst.</li>
<li>${name} er ansvarlig for sin egen behandling av opplysningene. Lånekassen er ansvarlig for at de overføres trygt.</li>
</ul>`

export const metadataName = (consent: Consent): string => Object.values(consent.consentRights[0]?.metadata ?? {})[0] ?? ''

/** The question itself: who, what, how long, and two equal answers. */
export function askView({ consent, street, name }: { consent: Consent; street: Street; name: string }): Page {
  const asker = orgName(street, consent.to)
  return {
    title: 'Forespørsel om samtykke', owner: 'altinn',
    body: html`<h1>${asker} ber om samtykke fra deg</h1>
<p class="lead">Hvis du sier ja, kan ${asker} hente opplysninger om deg fra <strong>Lånekassen</strong>.</p>
<dl class="facts"><dt>Du er</dt><dd>${name}</dd><dt>Hvem spør</dt><dd>${asker}</dd><dt>Opplysninger</dt><dd>Saldo på studielån</dd><dt>Varer til</dt><dd>${day(consent.validTo)}</dd></dl>
${consent.handledBy !== null && html`<p class="note">${orgName(street, consent.handledBy)} håndterer samtykket på vegne av ${asker}.</p>`}
<section class="card" aria-labelledby="hva"><h2 id="hva" style="margin-top:0">Dette sier du ja til</h2>${consentText(metadataName(consent))}</section>
<p>Samtykket gjelder til ${day(consent.validTo)} hvis du ikke trekker det før. Når du har svart, blir du logget ut og sendt tilbake til ${asker}.</p>
<form method="post" action="/altinn/accessmanagement/ui/consent/request?id=${consent.id}"><div class="choices">
<button name="answer" value="accept">Ja, jeg gir samtykke</button><button class="plain" name="answer" value="reject">Nei, jeg gir ikke samtykke</button></div></form>`,
  }
}

const answered: Record<Consent['status'], { title: string; words: string; code: string }> = {
  Created: { title: 'Forespørselen har gått ut', words: 'Fristen for å svare har gått ut.', code: 'CTUI-00013' },
  Accepted: { title: 'Du har allerede gitt samtykke', words: 'Du har svart ja på denne forespørselen før.', code: 'CTUI-00002' },
  Rejected: { title: 'Du har allerede avslått', words: 'Du har svart nei på denne forespørselen før.', code: 'CTUI-00002' },
  Revoked: { title: 'Du har trukket samtykket', words: 'Samtykket ble trukket. Vil du gi det på nytt, må du få en ny forespørsel.', code: 'CTUI-00011' },
}

/** A request that has been answered, or has run out, says so. */
export function answeredView(consent: Consent, expired: boolean): Page {
  const { title, words, code } = expired && consent.status === 'Accepted' ? { title: 'Samtykket har gått ut', words: 'Samtykket gjelder ikke lenger.', code: 'CTUI-00013' } : answered[consent.status]
  return messageView(title, words, code)
}
