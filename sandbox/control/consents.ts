import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { isExpired, orgUrn, personUrn, pidOf, type Consent } from '../altinn/consents.ts'
import { dotnetTime } from '../altinn/wire.ts'
import { isInForce, type ConsentRequest } from '../altinn2/requests.ts'
import { json, type Answer } from '../http.ts'
import { isNationalId, nameOf } from '../people.ts'
import { orgNumber } from '../registration.ts'
import type { Street } from '../street.ts'
import { isAnswer, parsed, wrong } from './body.ts'

/** Every consent of both generations of Altinn, without numbers. */
export const consentList = (street: Street): Answer => json(200, [...street.consents.all().map(consentLine), ...street.altinn2.all().map(altinn2Line)])

const consentLine = (consent: Consent): object => ({
  id: consent.id, person: nameOf(pidOf(consent.from) ?? ''), to: consent.to, handledBy: consent.handledBy, status: consent.status, expired: isExpired(consent, new Date()),
  validTo: dotnetTime(consent.validTo), redirectUrl: consent.redirectUrl, portalViewMode: consent.portalViewMode,
  events: consent.events.map(({ type, at }) => ({ type, at: at.toISOString() })),
})
const altinn2Line = ({ code, offeredBy, coveredBy, handledBy, status, revoked, validTo, redirectUrl, uses }: ConsentRequest): object => ({
  id: code, system: 'altinn2', person: nameOf(offeredBy), to: coveredBy, handledBy, status: revoked ? 'Revoked' : status, expired: validTo <= new Date(), validTo: dotnetTime(validTo), redirectUrl, uses,
})

/** What the person would do in Altinn, done for them; `expire` lets the time run out, and `migrate` takes a consent of Altinn 2 into Altinn 3. */
export function moveConsent(street: Street, id: string | undefined, move: string | undefined): Answer {
  const consent = street.consents.find(id ?? '')
  if (!consent) return moveInAltinn2(street, id, move)
  const now = new Date()
  if (move === 'expire') street.consents.expire(consent, now)
  else if (move === 'accept' || move === 'reject' || move === 'revoke') {
    const code = street.consents.move(consent, move, consent.from, now)
    if (code !== null) return wrong(409, code)
  } else return wrong(404, 'accept, reject, revoke or expire')
  return json(200, consentLine(consent))
}

function moveInAltinn2(street: Street, code: string | undefined, move: string | undefined): Answer {
  const request = street.altinn2.find(code ?? '')
  if (!request) return wrong(404, 'No such consent')
  const now = new Date()
  if (move === 'migrate') return migrate(street, request, now)
  if (move === 'expire') street.altinn2.expire(request, now)
  else if (move !== 'accept' && move !== 'reject' && move !== 'revoke') return wrong(404, 'accept, reject, revoke, expire or migrate')
  else if (!street.altinn2.move(request, move, now)) return wrong(409, request.status)
  return json(200, altinn2Line(request))
}

type Migrated = { id: string; pid: string; to: string; handledBy: string | null; resource: string; metadata: Record<string, string>; validTo: Date; created: Date; consented: Date }

/** Altinn 3 keeps the authorization code as its id, and writes the keys of the metadata in lower case (validate-consent, migration). */
function settle(street: Street, { id, pid, to, handledBy, resource, metadata, validTo, created, consented }: Migrated): Consent {
  const lowered = Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key.toLowerCase(), value]))
  const consentRights = [{ action: ['consent'], resource: [{ type: 'urn:altinn:resource', value: resource }], metadata: lowered }]
  const consent = street.consents.add(
    { id, from: personUrn(pid), to: orgUrn(to), requiredDelegator: null, handledBy: handledBy === null ? null : orgUrn(handledBy), validTo, consentRights, requestMessage: null, redirectUrl: '', portalViewMode: 'Hide' },
    orgUrn(to), created,
  )
  street.consents.move(consent, 'accept', personUrn(pid), consented)
  return consent
}

/** Only what is in force was taken along; Altinn 2 knows nothing of it any more. The resource is `{owner}_{code}_{edition}`. */
function migrate(street: Street, request: ConsentRequest, now: Date): Answer {
  const [service] = request.resources
  if (!service || !isInForce(request, now)) return wrong(409, request.revoked ? 'Revoked' : request.status)
  const { code: id, offeredBy: pid, coveredBy: to, handledBy, validTo, created, delegated } = request
  const resource = `slk_${service.ServiceCode}_${service.ServiceEditionCode}`
  const consent = settle(street, { id, pid, to, handledBy, resource, metadata: service.Metadata, validTo, created, consented: delegated ?? now })
  street.altinn2.remove(request)
  return json(200, consentLine(consent))
}

const migration = z.strictObject({
  id: z.uuid().optional(), pid: z.string().refine(isNationalId), to: orgNumber, handledBy: orgNumber.optional(), resource: z.string().min(1), metadata: z.record(z.string(), z.string()), validTo: z.coerce.date(),
})

/** A consent that was given in Altinn 2 before anything here began. */
export function migratedConsent(street: Street, body: string): Answer {
  const given = parsed(body, migration)
  if (isAnswer(given)) return given
  const { id = randomUUID(), handledBy = null, ...rest } = given
  if (street.consents.find(id) ?? street.altinn2.find(id)) return wrong(409, 'The id is taken')
  const now = new Date()
  return json(201, consentLine(settle(street, { ...rest, id, handledBy, created: now, consented: now })))
}
