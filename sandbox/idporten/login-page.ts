import { html, type Html, type Page } from '../page.ts'
import { people, type Person } from '../people.ts'
import { HIGH, SUBSTANTIAL } from './levels.ts'

export type Language = 'nb' | 'nn' | 'en'

/** The first language asked for that we have; else bokmål. */
export const languageOf = (uiLocales: string | undefined): Language => (uiLocales ?? '').split(' ').find((locale): locale is Language => locale === 'nb' || locale === 'nn' || locale === 'en') ?? 'nb'

export const words = {
  nb: {
    title: 'Logg inn', lead: 'Velg hvem du vil være. Ingen av dem finnes i virkeligheten, og det er ingen passord.', to: 'Du logger inn hos', level: 'Sikkerhetsnivå', high: 'Høyt', substantial: 'Betydelig',
    needsHigh: 'Tjenesten krever høyt nivå.', published: 'De 17 publiserte testkundene', scenarios: 'Når noe er annerledes', other: 'En annen', otherLabel: 'Fødselsnummer (11 siffer, syntetisk)', otherButton: 'Logg inn med nummeret', cancel: 'Avbryt',
    notAnId: 'Det er ikke et gyldig fødselsnummer.', notSynthetic: 'Bruk et syntetisk nummer, der måneden er økt med 80.', tooLow: 'Tjenesten krever høyt sikkerhetsnivå.',
  },
  nn: {
    title: 'Logg inn', lead: 'Vel kven du vil vere. Ingen av dei finst i røynda, og det er ingen passord.', to: 'Du loggar inn hos', level: 'Tryggingsnivå', high: 'Høgt', substantial: 'Betydeleg',
    needsHigh: 'Tenesta krev høgt nivå.', published: 'Dei 17 publiserte testkundane', scenarios: 'Når noko er annleis', other: 'Ein annan', otherLabel: 'Fødselsnummer (11 siffer, syntetisk)', otherButton: 'Logg inn med nummeret', cancel: 'Avbryt',
    notAnId: 'Det er ikkje eit gyldig fødselsnummer.', notSynthetic: 'Bruk eit syntetisk nummer, der månaden er auka med 80.', tooLow: 'Tenesta krev høgt tryggingsnivå.',
  },
  en: {
    title: 'Log in', lead: 'Choose who to be. None of them exists, and there are no passwords.', to: 'You are logging in to', level: 'Security level', high: 'High', substantial: 'Substantial',
    needsHigh: 'The service requires the high level.', published: 'The 17 published test customers', scenarios: 'When something is different', other: 'Somebody else', otherLabel: 'National identity number (11 digits, synthetic)', otherButton: 'Log in with the number', cancel: 'Cancel',
    notAnId: 'That is not a valid national identity number.', notSynthetic: 'Use a synthetic number, with 80 added to the month.', tooLow: 'The service requires the high security level.',
  },
} as const

/** One button for each person: name, case and number. */
export const personButtons = (chosen: readonly Person[], lang = 'nb'): Html => html`<ul class="people">${chosen.map(
  ({ pid, name, shows }) => html`<li><button name="pid" value="${pid}"><strong>${name}</strong><span${lang !== 'nb' && html` lang="nb"`}>${shows}</span><span>${pid.slice(0, 6)} ${pid.slice(6)}</span></button></li>`,
)}</ul>`

export type LoginView = { uid: string; lang: Language; needed: string; bank: string; problem?: string | undefined }

/** The log-in page. Plain forms, so that it works with the keyboard alone and without script. */
export function loginPage({ uid, lang, needed, bank, problem }: LoginView): Page {
  const say = words[lang]
  const action = `/idporten/login/${uid}`
  const level = html`<fieldset><legend>${say.level}</legend>
<label class="choice"><input type="radio" name="level" value="${HIGH}" checked> ${say.high}</label>
<label class="choice"><input type="radio" name="level" value="${SUBSTANTIAL}"${needed === HIGH && html` disabled`}> ${say.substantial}</label>
${needed === HIGH && html`<p class="small soft">${say.needsHigh}</p>`}</fieldset>`
  return {
    title: say.title, lang, owner: 'idporten',
    body: html`<h1>${say.title}</h1>
${problem !== undefined && html`<p class="note bad" role="alert">${problem}</p>`}
<p class="soft">${say.to} <strong>${bank}</strong></p><p class="lead">${say.lead}</p>
<form method="post" action="${action}">${level}
<h2>${say.published}</h2>${personButtons(people.filter(({ group }) => group === 'published'), lang)}
<h2>${say.scenarios}</h2>${personButtons(people.filter(({ group }) => group === 'scenario'), lang)}
</form>
<h2>${say.other}</h2>
<form method="post" action="${action}" class="card">
<label for="other">${say.otherLabel}</label><input id="other" name="other" type="text" inputmode="numeric" autocomplete="off" maxlength="12" required>
<label for="other-level">${say.level}</label><select id="other-level" name="level"><option value="${HIGH}">${say.high}</option><option value="${SUBSTANTIAL}"${needed === HIGH && html` disabled`}>${say.substantial}</option></select>
<p><button>${say.otherButton}</button></p></form>
<form method="post" action="${action}"><p><button class="plain" name="cancel" value="1">${say.cancel}</button></p></form>`,
  }
}
