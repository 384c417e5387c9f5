import type Provider from 'oidc-provider'
import { isForm, isFromOwnPage, readBody, type Answer } from '../http.ts'
import { html, page } from '../page.ts'
import { isNationalId, mayEnter, nameOf } from '../people.ts'
import type { Street } from '../street.ts'
import { refuse, type Visit } from '../visit.ts'
import type { Accounts } from './accounts.ts'
import { demanded, HIGH, levels } from './levels.ts'
import { languageOf, loginPage, words } from './login-page.ts'

export type LoginHouse = { provider: Provider; accounts: Accounts; accountFor(pid: string): string; street: Street; /** Ends the session of whoever was here before. */ end(visit: Visit): Promise<unknown> }

/** The log-in page: shows the people one can be, and takes the choice (or «Avbryt», which is access_denied). */
export async function login(visit: Visit, { provider, accounts, accountFor, street, end }: LoginHouse): Promise<Answer | null> {
  const { req, res } = visit
  const interaction = await provider.interactionDetails(req, res).catch(() => null)
  if (!interaction || visit.path !== `/login/${interaction.uid}`)
    return refuse(visit, 'this log-in has expired or belongs to another browser', page(400, { title: 'Innloggingen er utløpt', owner: 'idporten', body: html`<h1>Innloggingen er utløpt</h1><p>Gå tilbake til tjenesten du kom fra, og begynn på nytt.</p>` }))

  const { ui_locales: locales, acr_values: acrValues } = interaction.params
  const lang = languageOf(locales)
  const show = (status: number, problem?: string): Answer => page(status, loginPage({ uid: interaction.uid, lang, needed: demanded(acrValues), bank: street.selfService.banks.find(({ idporten }) => idporten.clientId === interaction.params.client_id)?.name ?? '', problem }))
  if (visit.method === 'GET') return show(200)
  if (visit.method !== 'POST' || !isForm(req)) return refuse(visit, 'only the form of the page may be sent', show(405))

  const form = new URLSearchParams((await readBody(req)) ?? '')
  if (!isFromOwnPage(req, street.origin)) return refuse(visit, 'the form was sent from another site', show(403))
  const finish = async (result: object): Promise<null> => {
    await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false })
    return null
  }
  if (form.has('cancel')) {
    visit.refusedBecause = 'the person cancelled (access_denied)'
    return finish({ error: 'access_denied', error_description: 'End-User aborted interaction' })
  }

  const pid = (form.get('pid') ?? form.get('other') ?? '').replaceAll(/\s/g, '')
  const acr = form.get('level') ?? HIGH
  if (!isNationalId(pid)) return refuse(visit, 'that is no national id', show(400, words[lang].notAnId))
  if (!mayEnter(pid)) return refuse(visit, 'the number could be a real person’s', show(400, words[lang].notSynthetic))
  if (!levels.includes(acr) || (demanded(acrValues) === HIGH && acr !== HIGH)) return refuse(visit, 'the level is lower than asked for', show(400, words[lang].tooLow))

  visit.person = nameOf(pid)
  const accountId = accountFor(pid)
  accounts.set(accountId, { pid, locale: lang })
  const { session: before } = interaction
  if (before?.accountId !== undefined && before.accountId !== accountId) {
    // Somebody else takes over the browser: the old session ends everywhere, and the log-in goes on without it.
    delete before.uid
    await interaction.save(interaction.exp - Math.floor(Date.now() / 1000))
    await end(visit)
  }
  return finish({ login: { accountId, acr, amr: ['TestID'] } })
}
