import { canStrike, faultShape } from '../faults.ts'
import { empty, seeOther, type Answer } from '../http.ts'
import { html, page } from '../page.ts'
import { partyNames } from '../parties.ts'
import { settingsShape } from '../settings.ts'
import type { Street } from '../street.ts'

const amiss = (words: string): Answer =>
  page(400, { title: 'Det gikk ikke', owner: 'sandbox', body: html`<h1>Det gikk ikke</h1><p>${words}</p><p><a class="button" href="/#feil">Tilbake</a></p>` })

const filled = (form: URLSearchParams, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => { const value = form.get(name)?.trim(); return value ? [[name, value]] : [] }))
const asNumbers = (values: Record<string, string>): Record<string, number> => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value.replace(',', '.'))]))

/** The start page's forms: the same levers as the control API, for people. */
export function submitted(street: Street, method: string, path: string, body: string): Answer {
  if (method !== 'POST') return empty(405, { allow: 'POST' })
  const form = new URLSearchParams(body)
  const party = partyNames.find((name) => name === form.get('party'))
  switch (path) {
    case '/control/form/fault': {
      const fault = faultShape.safeParse({ ...filled(form, ['fault', 'step', 'retryAfter']), ...asNumbers(filled(form, ['times', 'seconds'])) })
      if (!party || !fault.success) return amiss('Velg part og feil. Noen feil må også ha et antall sekunder.')
      if (!canStrike(party, fault.data.fault)) return amiss('Den feilen kan ikke ramme denne parten.')
      street.faults.put(party, fault.data)
      return seeOther('/#feil')
    }
    case '/control/form/clear':
      street.faults.clear(party)
      return seeOther('/#feil')
    case '/control/form/settings': {
      const settings = settingsShape.safeParse({
        ...street.settings, ...asNumbers(filled(form, ['eventsDelaySeconds'])), ...filled(form, ['altinnWants', 'lanekassenTransport', 'altinn2SignsWith', 'altinn2Services', 'altinn2Errors']),
        ssoLogoutAfterConsent: form.get('ssoLogoutAfterConsent') === 'yes', lanekassenNoticesRevocation: form.get('lanekassenNoticesRevocation') === 'yes',
      })
      if (!settings.success) return amiss('Innstillingene kan ikke leses.')
      Object.assign(street.settings, settings.data)
      return seeOther('/#innstillinger')
    }
    case '/control/form/reset':
      street.reset()
      return seeOther('/')
    default:
      return empty(404)
  }
}
