import { faultKinds, kindOf, type FaultKind } from '../faults.ts'
import type { Answer } from '../http.ts'
import { html, page, type Html } from '../page.ts'
import { partyLabels, partyNames } from '../parties.ts'
import { people, type Person } from '../people.ts'
import type { Street } from '../street.ts'

const clock = new Intl.DateTimeFormat('nb-NO', { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: 'Europe/Oslo' })

/** The sandbox's front door: what this is, who one can be, what can be made to fail, and what has happened. */
export function startPage(street: Street): Answer {
  const { selfService: { banks } } = street
  return page(200, {
    title: 'Sandkassen', owner: 'sandbox', wide: true,
    body: html`<h1>Sandkassen</h1>
<p class="lead">Her står ID-porten, Maskinporten, Altinn 3, Altinn 2 og Lånekassen i miniatyr på én maskin. De er strenge: De avviser det de ekte partene ville avvist, med de samme kodene. Ingen personer og beløp er ekte.</p>
<p>${banks.map(({ appUrl, name }) => html`<a class="button" href="${appUrl}">Gå til ${name}</a> `)}</p>
<nav aria-label="På denne siden"><ul><li><a href="#personer">Personer</a></li><li><a href="#feil">Feil</a></li><li><a href="#innstillinger">Innstillinger</a></li><li><a href="#kall">Siste kall</a></li><li><a href="/altinn/profile">Altinn-profil: se og trekk samtykker</a></li><li><a href="/altinn2/ui/profile">Samtykker i Altinn 2</a></li></ul></nav>
${peoplePart(street)}${faultsPart(street)}${settingsPart(street)}${requestsPart(street)}`,
  })
}

const personList = (group: Person['group'], caption: string): Html => html`<h3>${caption}</h3><ul class="people">
${people.filter((person) => person.group === group).map(({ name, pid, shows }) => html`<li class="one"><strong>${name}</strong><span>${shows}</span><span class="nr">${pid}</span></li>`)}</ul>`

const peoplePart = ({ employees }: Street): Html => html`<h2 id="personer">Personer du kan være</h2>
<p>Du velger person når du logger inn. Ingen har passord. Du kan også skrive inn et annet syntetisk nummer (måneden økt med 80); da finner ikke Lånekassen noen kunde.</p>
${personList('published', 'De 17 fiktive kundene som er publisert for tjenesten')}${personList('scenario', 'Når noe er annerledes')}
<h3>Ansatte i banken</h3><ul>${employees.map(({ name, does, disabled }) => html`<li>${name} (${disabled ? 'kontoen er stengt' : does})</li>`)}</ul>`

const kindOptions = (): Html => {
  const option = (kind: FaultKind): Html => html`<option value="${kind}">${faultKinds[kind].label}</option>`
  // JavaScript puts keys that look like numbers first; people want to see 'down' first.
  const kinds = (Object.keys(faultKinds) as FaultKind[]).sort((a, b) => Number(/^\d/.test(a)) - Number(/^\d/.test(b)))
  return html`<optgroup label="Kan ramme alle">${kinds.filter((kind) => kindOf(kind).party === undefined).map(option)}</optgroup>
${partyNames.map((party) => { const own = kinds.filter((kind) => kindOf(kind).party === party); return own.length > 0 && html`<optgroup label="Bare ${partyLabels[party]}">${own.map(option)}</optgroup>` })}`
}

const faultsPart = ({ faults }: Street): Html => html`<h2 id="feil">La noe gå galt</h2>
${faults.list().length === 0 ? html`<p>Alt virker nå.</p>` : html`<ul>${faults.list().map(({ party, fault }) => html`<li><strong>${partyLabels[party]}</strong>: ${faultKinds[fault.fault].label}${fault.seconds !== undefined && html`, ${fault.seconds} s`}${fault.step !== undefined && html`, bare <code>${fault.step}</code>`}${fault.times !== undefined && html`, ${fault.times} gang(er) til`}</li>`)}</ul>
<form method="post" action="/control/form/clear"><button class="plain">Slå av alle feil</button></form>`}
<form method="post" action="/control/form/fault" class="card"><div class="grid">
<div><label for="party">Part</label><select id="party" name="party">${partyNames.map((party) => html`<option value="${party}">${partyLabels[party]}</option>`)}</select></div>
<div><label for="fault">Feil</label><select id="fault" name="fault">${kindOptions()}</select></div>
<div><label for="step">Bare trinnet (valgfritt)</label><input id="step" name="step" type="text" list="steps" autocomplete="off"><datalist id="steps">${['par', 'token', 'consent-token', 'create', 'status', 'events', 'exchange', 'loguse', 'page', 'accounts', 'jwks', 'metadata'].map((step) => html`<option value="${step}">`)}</datalist></div>
<div><label for="seconds">Sekunder (når feilen trenger det)</label><input id="seconds" name="seconds" type="text" inputmode="decimal"></div>
<div><label for="times">Antall ganger (tomt: til du slår av)</label><input id="times" name="times" type="text" inputmode="numeric"></div>
</div><p><button>Slå på feilen</button></p></form>`

const choice = (name: string, label: string, chosen: string, options: Readonly<Record<string, string>>): Html =>
  html`<div><label for="${name}">${label}</label><select id="${name}" name="${name}">${Object.entries(options).map(([value, words]) => html`<option value="${value}"${value === chosen && html` selected`}>${words}</option>`)}</select></div>`
const yesOrNo = (value: boolean): string => (value ? 'yes' : 'no')

const settingsPart = ({ settings }: Street): Html => html`<h2 id="innstillinger">Innstillinger</h2>
<form method="post" action="/control/form/settings" class="card"><div class="grid">
<div><label for="eventsDelaySeconds">Altinns hendelser vises etter (sekunder)</label><input id="eventsDelaySeconds" name="eventsDelaySeconds" type="text" inputmode="decimal" value="${settings.eventsDelaySeconds}" required></div>
${choice('ssoLogoutAfterConsent', 'Altinn logger ut etter svaret', yesOrNo(settings.ssoLogoutAfterConsent), { yes: 'Ja, som i virkeligheten', no: 'Nei' })}
${choice('altinnWants', 'Altinns samtykke-API tar', settings.altinnWants, { maskinporten: 'token fra Maskinporten, som i virkeligheten', exchanged: 'bare vekslede token', either: 'begge deler' })}
${choice('altinn2SignsWith', 'Altinn 2 signerer med', settings.altinn2SignsWith, { primary: 'hovedsertifikatet', secondary: 'sekundærsertifikatet' })}
${choice('altinn2Services', 'Altinn 2 skriver tjenestene som', settings.altinn2Services, { array: 'en liste', string: 'en tekst' })}
${choice('altinn2Errors', 'Altinn 2 skriver feil som', settings.altinn2Errors, { pascal: 'ErrorCode og ErrorMessage', camel: 'errorCode og errorDescription' })}
${choice('lanekassenTransport', 'Slik vil Lånekassen ha samtykket', settings.lanekassenTransport, { 'altinn3-single': 'altinn3-single', 'altinn3-both': 'altinn3-both', 'altinn3-same': 'altinn3-same', altinn2: 'altinn2' })}
${choice('lanekassenNoticesRevocation', 'Lånekassen merker at et samtykke er trukket', yesOrNo(settings.lanekassenNoticesRevocation), { no: 'Nei', yes: 'Ja' })}
</div><p><button>Lagre</button></p></form>
<form method="post" action="/control/form/reset"><p>Nullstill alt: samtykker, feil, innstillinger og listen over kall. <button class="plain">Nullstill</button></p></form>`

const requestsPart = ({ journal }: Street): Html => {
  const latest = journal.list().slice(-30).reverse()
  return html`<h2 id="kall">Siste kall</h2>
${latest.length === 0 ? html`<p>Ingen har spurt om noe ennå.</p>` : html`<p>De ${latest.length} siste, nyeste først. <a href="/#kall">Vis på nytt</a></p>
<ol class="calls">${latest.map((entry) => html`<li><span class="nr">${clock.format(new Date(entry.at))}</span> <strong>${partyLabels[entry.party]}</strong> ${entry.step}
<span class="nr${entry.status >= 400 || entry.status === 0 ? ' bad' : ''}">${entry.status === 0 ? 'ikke noe svar' : entry.status}</span>${entry.person !== undefined && html` <span class="soft">${entry.person}</span>`}${entry.fault !== undefined && html` <span class="soft">[feil: ${entry.fault}]</span>`}
${entry.refusedBecause !== undefined && html`<span class="why" lang="en">${entry.refusedBecause}</span>`}</li>`)}</ol>`}`
}
