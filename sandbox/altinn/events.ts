import { json, type Answer } from '../http.ts'
import type { Street } from '../street.ts'
import { refuse, type Visit } from '../visit.ts'
import { callerOf, isAnswer } from './bearer.ts'
import { orgUrn, type ConsentEvent } from './consents.ts'
import { codesOf, invalid, problemAnswer, unreadable, type ValidationError } from './problems.ts'
import { isUuid } from './read-request.ts'
import { dotnetTime } from './wire.ts'

const PAGE = 100
const eventTypes = ['rejected', 'accepted', 'revoked', 'deleted', 'used']

/**
 * GET consentrequests/events (consent guide, "events"): the consumer's own, oldest first, pages of 100, only events older than
 * five minutes. `next` is there when the page is full. The cursor is the base64 of an event id's bytes.
 */
export async function consentEvents(visit: Visit, street: Street): Promise<Answer> {
  const caller = await callerOf(visit, street, ['altinn:consentrequests.read', 'altinn:consentrequests.write'])
  if (isAnswer(caller)) return caller
  const { query } = visit

  const times: Partial<Record<'createdAfter' | 'createdBefore', number>> = {}
  for (const name of ['createdAfter', 'createdBefore'] as const) {
    const written = query.get(name)
    if (written === null) continue
    const time = Date.parse(written)
    if (Number.isNaN(time)) return refuse(visit, `${name} is not a time`, unreadable(name, 'The value is not valid.'))
    times[name] = time
  }
  const consentId = query.get('consentRequestId')
  if (consentId !== null && !isUuid(consentId)) return refuse(visit, 'consentRequestId is not a UUID', unreadable('consentRequestId', 'The value is not valid.'))

  const errors: ValidationError[] = []
  const { createdAfter, createdBefore } = times
  if (createdAfter !== undefined && createdBefore !== undefined && createdAfter >= createdBefore) errors.push(invalid('AM.VLD-00051', 'createdAfter'))
  const types = query.getAll('eventType')
  if (types.some((type) => !eventTypes.includes(type))) errors.push(invalid('AM.VLD-00052', 'eventType'))
  const cursor = query.get('continuationToken')
  const after = cursor === null ? null : readCursor(cursor)
  if (after === undefined) errors.push(invalid('AM.VLD-00053', 'continuationToken'))
  if (errors.length > 0) {
    const problem = { code: 'STD-00000', validationErrors: errors } as const
    return refuse(visit, `the query is not in order (${codesOf([problem])})`, problemAnswer([problem]))
  }

  const oldEnough = visit.now - street.settings.eventsDelaySeconds * 1000
  const own = street.consents.events().filter((event) => street.consents.find(event.consentId)?.to === orgUrn(caller.consumer))
  const start = after === null || after === undefined ? 0 : own.findIndex(({ id }) => id === after) + 1
  const page = own
    .slice(start)
    .filter((event) => event.at.getTime() <= oldEnough)
    .filter((event) => createdAfter === undefined || event.at.getTime() >= createdAfter)
    .filter((event) => createdBefore === undefined || event.at.getTime() < createdBefore)
    .filter((event) => types.length === 0 || types.includes(event.type.toLowerCase()))
    .filter((event) => consentId === null || event.consentId === consentId.toLowerCase())
    .slice(0, PAGE)
  const last = page.length === PAGE ? page.at(-1) : undefined
  return json(200, { links: last ? { next: nextLink(visit, street, last) } : {}, data: page.map(eventView) })
}

const eventView = ({ consentId, type, at }: ConsentEvent): object => ({ consentRequestId: consentId, eventType: type, changedDate: dotnetTime(at) })

function nextLink(visit: Visit, street: Street, last: ConsentEvent): string {
  const query = new URLSearchParams(visit.query)
  query.set('continuationToken', writeCursor(last.id))
  return `${street.origin}/altinn${visit.path}?${query}`
}

const writeCursor = (id: string): string => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64')

/** The event id in a cursor; undefined when it is none of ours. */
function readCursor(cursor: string): string | undefined {
  const hex = Buffer.from(cursor, 'base64').toString('hex')
  if (hex.length !== 32 || writeCursor(hex) !== cursor) return undefined
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
