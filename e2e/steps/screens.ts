import { expect, type Page, type Route } from '@playwright/test'
import { MIGRATED } from '../../lib/consent/notice.ts'
import type { BehindTheScreens } from './behind-the-screens.ts'
import type { Database } from './database.ts'
import { newNumber, ordinary, somebodyWith, statement, type Part, type Somebody } from './people.ts'
import type { Sandbox } from './sandbox.ts'

export type Tools = { readonly page: Page; readonly sandbox: Sandbox; readonly database: Database; readonly behindTheScreens: BehindTheScreens }
export type Screen = {
  readonly name: string
  /** The words of its heading, in bokmål. */
  readonly title: string
  readonly arrive: (tools: Tools) => Promise<unknown>
  /** Puts back what had to be broken to see it. */
  readonly leave?: (tools: Tools) => Promise<unknown>
  /** Loading it again shows something else: it is gone to anew in each language, and the way there has no words. */
  readonly anew?: true
  /** It goes on by itself: what it asks for then is kept waiting. */
  readonly holds?: RegExp
}

/** A form's post gets no answer; the page that was to lead on stays where it is. */
function keepWaiting(route: Route): Promise<void> | undefined {
  if (route.request().method() !== 'POST') return route.continue()
  return route.request().isNavigationRequest() ? route.fulfill({ status: 204 }) : undefined
}

/** Goes there in a language; from the second on, in the same state where that can be. */
export async function show({ arrive, anew, holds }: Screen, tools: Tools, locale: 'nb' | 'nn' | 'en', appUrl: string): Promise<void> {
  const { page } = tools
  await page.context().addCookies([{ name: 'locale', value: locale, url: appUrl }])
  if (holds && locale === 'nb') await page.route((url) => holds.test(url.href), keepWaiting)
  if (locale === 'nb' || anew || holds) await arrive(tools)
  else await page.reload()
  await expect(page.locator('html')).toHaveAttribute('lang', locale)
}

const reference = 'K7QM-9XTB-2RWH'
const stranger = (): Somebody => ({ pid: newNumber() })
const at = (name: string, title: string, address: string): Screen => ({ name, title, arrive: ({ page }) => page.goto(address) })
const start = 'Se studielånet ditt hos Testbanken AS'
const invitation = 'Vil du la oss hente saldoen din?'

/** Logged in with a consent; what the database says of the log-in decides what `/balance` shows. */
async function logInThat({ page, sandbox, database, behindTheScreens }: Tools, sql: string): Promise<void> {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  const visitor = await behindTheScreens.logsIn(somebody)
  await database.ask(sql)
  await behindTheScreens.bring(page, visitor)
  await page.goto('/balance')
}
const noBalance = (name: string, title: string, failure = name): Screen => ({
  name, title,
  arrive: (tools) => logInThat(tools, `WITH gone AS (DELETE FROM "HeldReading") UPDATE "Session" SET "readAt" = NULL, "readFailure" = '${failure}'`),
})
const balance = (name: string, parts: readonly Part[], more: Parameters<typeof statement>[2] = {}): Screen => ({
  name, title: 'Studielånet ditt',
  arrive: async ({ page, sandbox, behindTheScreens }) => {
    const somebody = stranger()
    await sandbox.answers(somebody.pid, statement(somebody.pid, parts, more))
    await behindTheScreens.seesTheirBalance(page, somebody)
  },
})
/** A consent of the person that has become this. */
const outcome = (name: string, title: string, sql: string, query = ''): Screen => ({
  name, title,
  arrive: async ({ page, database, behindTheScreens }) => {
    const somebody = stranger()
    const visitor = await behindTheScreens.isAsked(somebody)
    await database.ask(`UPDATE "Consent" SET ${sql}`)
    await behindTheScreens.bring(page, visitor)
    await page.goto(`/consent/${(await database.consentOf(somebody))?.id}${query}`)
  },
})
const withdrawn = (table: string, right: string) => ({ database }: Tools) => database.ask(`REVOKE ${right} ON "${table}" FROM saldosyn_app`)
const given = (table: string, right: string) => ({ database }: Tools) => database.ask(`GRANT ${right} ON "${table}" TO saldosyn_app`)

/** The person's own pages, with a balance that has been fetched and a consent that has become this. */
const myData = (name: string, where: string, title: string, sql?: string): Screen => ({
  name, title,
  arrive: async ({ page, sandbox, database, behindTheScreens }) => {
    const somebody = await somebodyWith(sandbox)
    await behindTheScreens.consents(somebody)
    const visitor = await behindTheScreens.logsIn(somebody)
    if (sql) await database.ask(`UPDATE "Consent" SET ${sql}`)
    await behindTheScreens.bring(page, visitor)
    await page.goto(where === 'receipt' ? `/my-data/receipt/${(await database.consentOf(somebody))?.id}` : where)
    for (const summary of await page.locator('summary').all()) await summary.click()
  },
})

/** As a consent is that was given in Altinn 2 and imported. */
const migrated = `"noticeVersion" = '${MIGRATED}', "noticeLanguage" = NULL, "coveredByName" = NULL`

/** Somebody new, who has logged in. */
const newcomer = (name: string, title: string, address: string): Screen => ({
  name, title,
  arrive: async ({ page, behindTheScreens }) => {
    await behindTheScreens.bring(page, await behindTheScreens.logsIn(stranger()))
    await page.goto(address)
  },
})

/** Where Altinn wants to hear the person's last name. */
export const lastNameScreens: readonly Screen[] = [
  newcomer('invitation, last name', invitation, '/consent'),
  ...['name-needed', 'name-refused'].map((why) => newcomer(`invitation, ${why}`, invitation, `/consent?name=${why}`)),
]

/** At a host that is no bank's, where there are several banks. */
export const nobodysScreens: readonly Screen[] = [
  {
    name: 'no bank’s address', title: 'Denne adressen er ikke i bruk', anew: true,
    arrive: async ({ page }) => {
      await page.goto('/')
      const [chosen, address] = [(await page.context().cookies()).filter(({ name }) => name === 'locale'), page.url().replace('//localhost', '//127.0.0.1')]
      await page.context().addCookies(chosen.map(({ name, value }) => ({ name, value, url: address })))
      await page.goto(address)
    },
  },
]

/** Every screen of the applicant, in every state it has. */
export const screens: readonly Screen[] = [
  at('start', start, '/'),
  ...['log-in-failed', 'log-in-cancelled', 'level-too-low', 'no-national-id', 'id-porten-unavailable'].map((why) => at(`start, ${why}`, start, `/?why=${why}&ref=${reference}`)),
  { name: 'invitation', title: invitation, arrive: ({ page, behindTheScreens }) => behindTheScreens.isLoggedIn(page, stranger()) },
  ...['provider-unavailable', 'provider-refused', 'credentials-unavailable', 'misconfigured'].map((why) => newcomer(`invitation, ${why}`, invitation, `/consent?why=${why}&ref=${reference}`)),
  at('back from Altinn, logged out', 'Logg inn igjen', '/consent/return'),
  { ...newcomer('back from Altinn, logged in', 'Vi spør Altinn om svaret ditt …', '/consent/return'), holds: /\/consent\/return/ },
  newcomer('wrong person', 'Feil person er logget inn', '/consent/return?why=wrong-person'),
  outcome('unanswered', 'Du har ikke svart i Altinn ennå', `"status" = 'requested'`),
  outcome('declined', 'Du sa nei', `"status" = 'rejected', "settledAt" = now()`),
  outcome('request expired', 'Forespørselen gikk ut før du svarte', `"status" = 'expired', "settledAt" = now()`),
  outcome('consent expired', 'Samtykket har gått ut', `"status" = 'accepted', "validTo" = now()`),
  outcome('consent withdrawn', 'Samtykket er trukket', `"status" = 'revoked', "settledAt" = now()`),
  outcome('stopped here', 'Vi viser ikke saldoen lenger', `"status" = 'revoked', "settledAt" = now(), "stoppedHereAt" = now()`),
  outcome('accepted', 'Du sa ja', `"status" = 'accepted', "settledAt" = now()`),
  outcome('Altinn is away', 'Vi får ikke kontakt med Altinn', `"status" = 'requested'`, '?why=provider-unavailable'),
  outcome('Maskinporten is away', 'Vi får ikke kontakt med Maskinporten', `"status" = 'requested'`, '?why=credentials-unavailable'),
  outcome('our own fault', 'Noe er galt hos oss', `"status" = 'requested'`, '?why=misconfigured'),
  balance('balance', [['Lån', '398214.62'], ['Renter', '1544.18'], ['Gebyr', '280.0'], ['Omkostninger', '465.0']]),
  balance('balance, one part', [['Lån', '284512.5']]),
  balance('balance, no debt', []),
  balance('balance, fees only', [['Gebyr', '280.0']]),
  balance('balance, credit', [['Lån', '-1523.5']]),
  balance('balance, debt and credit', [['Lån', '-1523.5'], ['Gebyr', '280.0'], ['Renter', '1000.0']]),
  balance('balance, settled', [['Lån', '-280.0'], ['Gebyr', '280.0']]),
  balance('balance, unknown part', [['Lån', '154200.0'], ['Renter', 'null']], { total: '154200.0' }),
  balance('balance, other part', [['Lån', '88310.25'], ['Forsinkelsesrenterogandretillegg', '412.75'], ['Gebyr', '280.0']]),
  balance('balance, not reconciled', ordinary, { total: '0' }),
  balance('balance, very large', [['Lån', '88765432.99'], ['Renter', '1234567.01'], ['Gebyr', '0.01'], ['Omkostninger', '1.0']]),
  {
    name: 'balance, everything opened', title: 'Studielånet ditt',
    arrive: async ({ page, sandbox, behindTheScreens }) => {
      await behindTheScreens.seesTheirBalance(page, await somebodyWith(sandbox))
      for (const summary of await page.locator('summary').all()) await summary.click()
    },
  },
  { name: 'balance, consent runs out', title: 'Studielånet ditt', arrive: (tools) => logInThat(tools, `UPDATE "Consent" SET "validTo" = now() + interval '20 days'`) },
  noBalance('not-fetched', 'Saldoen er ikke hentet ennå', 'none'),
  noBalance('source-unavailable', 'Vi får ikke kontakt med Lånekassen'),
  noBalance('source-busy', 'Lånekassen har mye å gjøre akkurat nå'),
  noBalance('provider-unavailable', 'Vi får ikke kontakt med Altinn'),
  noBalance('credentials-unavailable', 'Vi får ikke kontakt med Maskinporten'),
  noBalance('misconfigured', 'Noe er galt hos oss'),
  noBalance('not-a-customer', 'Lånekassen finner ingen opplysninger om deg'),
  noBalance('unexpected-answer', 'Vi forstår ikke svaret fra Lånekassen'),
  noBalance('consent-refused', 'Lånekassen godtok ikke samtykket'),
  noBalance('exchange-unknown', 'Vi vet ikke om samtykket ditt ble brukt'),
  noBalance('token-spent', 'Samtykket ditt er brukt opp'),
  { name: 'fetching', title: 'Vi henter saldoen din …', arrive: (tools) => logInThat(tools, `WITH gone AS (DELETE FROM "HeldReading") UPDATE "Session" SET "readAt" = NULL, "readingUntil" = now() + interval '1 hour'`) },
  { name: 'already fetched', title: 'Saldoen er allerede hentet', arrive: (tools) => logInThat(tools, 'DELETE FROM "HeldReading"') },
  { name: 'balance, consent withdrawn', title: 'Samtykket er trukket', arrive: (tools) => logInThat(tools, `UPDATE "Consent" SET "status" = 'revoked', "settledAt" = now()`) },
  { name: 'balance, consent expired', title: 'Samtykket har gått ut', arrive: (tools) => logInThat(tools, 'UPDATE "Consent" SET "validTo" = now()') },
  { name: 'audit unavailable', title: 'Vi kan ikke vise saldoen nå', arrive: async (tools) => {
    const visitor = await tools.behindTheScreens.seesTheirBalance(tools.page, await somebodyWith(tools.sandbox))
    await withdrawn('AuditEvent', 'INSERT')(tools)
    await tools.page.goto(visitor.at.url)
  }, leave: given('AuditEvent', 'INSERT') },
  ...['own', 'idle', 'absolute', 'elsewhere'].map((why) => at(`logged out, ${why}`, 'Du er logget ut', `/logged-out?why=${why}`)),
  at('logged out, erased', 'Du er slettet hos oss', '/logged-out?why=erased'),
  {
    name: 'leaving', title: 'Vi logger deg ut', holds: /\/idporten\/logout/,
    arrive: async ({ page, behindTheScreens }) => {
      await behindTheScreens.isLoggedIn(page, stranger())
      await page.locator('form[action="/api/auth/logout"] button').first().click()
    },
  },
  {
    name: 'about to be logged out', title: 'Studielånet ditt', anew: true,
    arrive: async ({ page, sandbox, behindTheScreens }) => {
      await page.clock.install()
      await behindTheScreens.seesTheirBalance(page, await somebodyWith(sandbox))
      await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
      await page.clock.runFor('13:30')
      await expect(page.getByRole('dialog')).toBeVisible()
    },
  },
  newcomer('my data, nothing yet', 'Det vi har lagret om deg', '/my-data'),
  myData('my data', '/my-data', 'Det vi har lagret om deg'),
  myData('my data, looked back', '/my-data?before=9999999999999-1', 'Det vi har lagret om deg'),
  myData('my data, words unknown', '/my-data', 'Det vi har lagret om deg', `"noticeVersion" = '1999-01', "noticeLanguage" = NULL, "coveredByName" = NULL`),
  ...([['waits', `"status" = 'requested', "settledAt" = NULL`], ['expired', `"validTo" = now()`], ['withdrawn', `"status" = 'revoked'`], ['stopped here', `"status" = 'revoked', "stoppedHereAt" = now()`], ['refused', `"status" = 'rejected'`]] as const).map(([state, sql]) => myData(`my data, ${state}`, '/my-data', 'Det vi har lagret om deg', sql)),
  myData('my data, brought over from Altinn 2', '/my-data', 'Det vi har lagret om deg', migrated),
  myData('my data, brought over and not checked', '/my-data', 'Det vi har lagret om deg', `${migrated}, "status" = 'requested', "settledAt" = NULL, "lastReadAt" = NULL`),
  myData('receipt', 'receipt', 'Kvittering for samtykke'),
  myData('receipt, brought over from Altinn 2', 'receipt', 'Kvittering for samtykke', migrated),
  myData('receipt, stopped here', 'receipt', 'Kvittering for samtykke', `"status" = 'revoked', "stoppedHereAt" = now()`),
  myData('receipt, refused', 'receipt', 'Kvittering for avslag', `"status" = 'rejected'`),
  myData('receipt, in words of another language', 'receipt', 'Kvittering for samtykke', `"noticeLanguage" = 'en', "noticeVersion" = '2026-11-21.adviser.supplier', "handledBy" = '312222221', "handledByName" = 'Driftshjelpen Samarbeid AS'`),
  myData('erase, not yet', '/my-data/erase', 'Vi kan ikke slette deg ennå'),
  myData('erase', '/my-data/erase', 'Vil du slette hvem du er hos oss?', `"status" = 'revoked'`),
  at('no such page', 'Siden finnes ikke', '/no-such-page'),
  {
    name: 'something threw', title: 'Noe er galt hos oss',
    arrive: async (tools) => {
      await tools.behindTheScreens.bring(tools.page, await tools.behindTheScreens.logsIn(stranger()))
      await withdrawn('Consent', 'SELECT')(tools)
      await tools.page.goto('/consent')
    },
    leave: given('Consent', 'SELECT'),
  },
]
