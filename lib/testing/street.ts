import { randomUUID } from 'node:crypto'
import { systemClock } from '@/lib/clock'
import type { Consent } from '@/lib/consent/consent'
import { aConsent, aNationalId, after, anOrgNumber, digits } from './builders'
import type { Sandbox } from './sandbox'

export const aRequest = (of = digits, id = randomUUID()) => ({
  id, offeredBy: aNationalId(of), coveredBy: anOrgNumber(), coveredByName: 'Testbanken AS', resource: 'slk_5498_1',
  validTo: after(systemClock.now(), { hours: 24 * 364 }), redirectUrl: 'http://localhost:3000/consent/return?s=abc',
})

/** A consent that Altinn knows of, asked for as we ask; the person has said yes if told so. */
export async function aStoredRequest(sandbox: Sandbox, { of = digits, accepted = false } = {}): Promise<Consent> {
  const request = aRequest(of)
  const asked = await sandbox.adapters().altinn3.requestConsent(request)
  if (!asked.ok) throw new Error(`no consent: ${asked.reason} ${asked.detail}`)
  if (accepted) await sandbox.answer(request.id, 'accept')
  return aConsent({ id: request.id, status: accepted ? 'accepted' : 'requested', validTo: request.validTo, requestedAt: systemClock.now() })
}
