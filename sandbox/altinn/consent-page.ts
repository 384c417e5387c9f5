import { empty, isForm, isFromOwnPage, seeOther, type Answer } from '../http.ts'
import { loggedOutPage } from '../oidc/logout.ts'
import { page } from '../page.ts'
import { nameOf } from '../people.ts'
import type { Street } from '../street.ts'
import { refuse, type Visit } from '../visit.ts'
import { isExpired, personUrn, pidOf, type Consent } from './consents.ts'
import { answeredView, askView, messageView, pickerView, wrongPersonView } from './consent-views.ts'
import { isUuid } from './read-request.ts'
import { returnAddress } from './return-address.ts'
import type { Visitors } from './visitor.ts'

export const PAGE_PATH = '/accessmanagement/ui/consent/request'
const here = (id: string): string => `/altinn${PAGE_PATH}?id=${id}`

/** The page a person answers a consent request on. */
export async function consentPage(visit: Visit, street: Street, visitors: Visitors): Promise<Answer> {
  const id = visit.query.get('id') ?? ''
  const consent = isUuid(id) ? street.consents.find(id) : undefined
  const pid = await visitors.whoIs(visit)
  if (pid === undefined) return page(200, pickerView(here(id)))
  visit.person = nameOf(pid)
  if (!consent) return refuse(visit, 'no such consent request (CTUI-00001)', page(404, messageView('Vi finner ikke forespørselen', 'Lenken kan være feil, eller forespørselen kan være slettet.', 'CTUI-00001')))
  if (!mayAnswer(consent, pid)) return refuse(visit, 'the person logged in is another than the one asked', page(403, wrongPersonView(nameOf(pid), here(id))))

  const settled = consent.status !== 'Created' || isExpired(consent, new Date(visit.now))
  if (visit.method === 'POST') return answer(visit, street, visitors, consent, pid)
  if (settled) return page(200, answeredView(consent, isExpired(consent, new Date(visit.now))))
  return page(200, askView({ consent, street, name: nameOf(pid) }))
}

/** The giver themself, and only the named one when a delegator is required. */
const mayAnswer = ({ from, requiredDelegator }: Consent, pid: string): boolean => from === personUrn(pid) && (requiredDelegator === null || pidOf(requiredDelegator) === pid)

async function answer(visit: Visit, street: Street, visitors: Visitors, consent: Consent, pid: string): Promise<Answer> {
  if (!isForm(visit.req)) return refuse(visit, 'the answer is no form', empty(415))
  if (!isFromOwnPage(visit.req, street.origin)) return refuse(visit, 'the answer was sent from another site', empty(403))
  const now = new Date(visit.now)
  const said = new URLSearchParams(visit.body).get('answer')
  if (said !== 'accept' && said !== 'reject') return refuse(visit, 'the answer is neither yes nor no', empty(400))
  if (isExpired(consent, now)) return refuse(visit, 'the request has run out (CTUI-00013)', page(200, answeredView(consent, true)))
  const wrongState = street.consents.move(consent, said, personUrn(pid), now)
  if (wrongState !== null) return refuse(visit, `the request was answered before (${wrongState})`, page(200, answeredView(consent, false)))

  const back = returnAddress(consent.redirectUrl, consent.status === 'Accepted' ? 'Accepted' : 'Rejected')
  if (!street.settings.ssoLogoutAfterConsent) return seeOther(back)
  const frames = await visitors.leave(visit)
  return frames.length === 0 ? seeOther(back) : page(200, loggedOutPage('altinn', frames, back))
}

/** Logs out here and at ID-porten, and comes back to the same page to log in as somebody else. */
export async function switchPerson(visit: Visit, street: Street, visitors: Visitors): Promise<Answer> {
  if (!isFromOwnPage(visit.req, street.origin)) return refuse(visit, 'the form was sent from another site', empty(403))
  const frames = await visitors.leave(visit)
  const next = ownPage(new URLSearchParams(visit.body).get('next'))
  return frames.length === 0 ? seeOther(next) : page(200, loggedOutPage('altinn', frames, next))
}

/** Only addresses of our own pages are followed. */
export const ownPage = (next: string | null): string => (next !== null && /^\/altinn2?\/[\w/?=&.-]*$/.test(next) ? next : '/altinn/profile')
