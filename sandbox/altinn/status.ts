import { json, type Answer } from '../http.ts'
import { nameOf } from '../people.ts'
import type { Street } from '../street.ts'
import { refuse, type Visit } from '../visit.ts'
import { callerOf, isAnswer } from './bearer.ts'
import { orgUrn, pidOf } from './consents.ts'
import { problemAnswer, unreadable } from './problems.ts'
import { isUuid } from './read-request.ts'
import { consentView } from './wire.ts'

/** GET consentrequests/{id}: only for the receiver (AM-00000), 404 AM-00001 when there is none. Either scope will do. */
export async function consentStatus(visit: Visit, street: Street, id: string): Promise<Answer> {
  const caller = await callerOf(visit, street, ['altinn:consentrequests.read', 'altinn:consentrequests.write'])
  if (isAnswer(caller)) return caller
  if (!isUuid(id)) return refuse(visit, 'the id is not a UUID', unreadable('consentRequestId', 'The value is not valid.'))
  visit.consent = id.toLowerCase()
  const consent = street.consents.find(id)
  if (!consent) return refuse(visit, 'no such consent request (AM-00001)', problemAnswer([{ code: 'AM-00001' }]))
  visit.person = nameOf(pidOf(consent.from) ?? '')
  if (consent.to !== orgUrn(caller.consumer)) return refuse(visit, 'the consumer is not the receiver (AM-00000)', problemAnswer([{ code: 'AM-00000' }]))
  return json(200, consentView(consent, street.origin, new Date(visit.now)))
}
