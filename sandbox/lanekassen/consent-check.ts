import type { Street } from '../street.ts'
import { understand, understandAltinn2, type CarriedConsent, type Understood } from './tokens.ts'

/** Consents Lånekassen has seen with a 200, by consumer and person, until they end. */
export type ConsentCache = Map<string, Remembered>
/** Until when, and which consent it was, by its id at Altinn. */
export type Remembered = { until: Date; consent: string }
export const cacheKey = (consumer: string, pid: string): string => `${consumer} ${pid}`

export type Claim = { street: Street; token: Understood; rawToken: string; consentId: string | undefined; pid: string; nowMs: number; cache: ConsentCache }
/** In force until then, and whether it may be remembered; or the status and reason of the refusal. */
export type Verdict = { ok: true; until: Date; consent: string; remember: boolean; warning?: string } | { ok: false; status: 400 | 401 | 403; because: string }

const no = (status: 400 | 401 | 403, because: string): Verdict => ({ ok: false, status, because })

/** Where the consent is, for each transport (README §3 of the service's page), and whether it is good. */
export const checkConsent = async (claim: Claim): Promise<Verdict> => unlessWithdrawn(await inTransport(claim), claim)

async function inTransport(claim: Claim): Promise<Verdict> {
  const { street, token, rawToken, consentId } = claim
  switch (street.settings.lanekassenTransport) {
    case 'altinn3-single':
      if (consentId !== undefined) return no(400, 'Consent-ID is not part of transport altinn3-single')
      return judge(claim, token.consent, false)
    case 'altinn3-both':
      if (token.consent !== 'none') return no(401, 'Authorization must be the plain token in transport altinn3-both')
      if (consentId === undefined) return fromCache(claim)
      return judgeToken(claim, consentId)
    case 'altinn2':
      if (token.consent !== 'none') return no(401, 'Authorization must be the plain token in transport altinn2')
      return consentId === undefined ? fromCache(claim) : judgeAltinn2(claim, consentId)
    case 'altinn3-same':
      if (consentId === undefined) return fromCache(claim)
      if (consentId !== rawToken) return no(403, 'Consent-ID and Authorization differ in transport altinn3-same')
      return judgeToken(claim, consentId)
  }
}

function fromCache({ cache, token, pid, nowMs }: Claim): Verdict {
  const known = cache.get(cacheKey(token.consumer, pid))
  if (known === undefined) return no(403, 'no Consent-ID, and no consent is remembered for this person')
  if (known.until.getTime() <= nowMs) return no(403, 'no Consent-ID, and the remembered consent has run out')
  return { ok: true, ...known, remember: false }
}

/** It is not known whether Lånekassen notices that a consent has been withdrawn: a lever decides. Then Altinn is asked each time. */
function unlessWithdrawn(verdict: Verdict, { street, cache, token, pid }: Claim): Verdict {
  if (!verdict.ok || !street.settings.lanekassenNoticesRevocation) return verdict
  const withdrawn = street.altinn2.find(verdict.consent)?.revoked ?? street.consents.find(verdict.consent)?.status === 'Revoked'
  if (!withdrawn) return verdict
  cache.delete(cacheKey(token.consumer, pid))
  return no(403, 'the consent has been withdrawn')
}

async function judgeToken(claim: Claim, consentId: string): Promise<Verdict> {
  const consent = await understand(consentId, claim.street, claim.nowMs)
  if (typeof consent === 'string') return no(403, `the consent token is not valid: ${consent}`)
  if (consent.consumer !== claim.token.consumer) return no(403, "the consent token's consumer is another than Authorization's")
  const known = claim.cache.has(cacheKey(claim.token.consumer, claim.pid))
  const verdict = judge(claim, consent.consent, true)
  return verdict.ok && known ? { ...verdict, warning: 'Consent-ID was sent although the consent is known; once is enough' } : verdict
}

/** The same of Altinn 2's token, which lives half a minute (dsop_saldostudielan, call). */
async function judgeAltinn2({ street, token, pid, nowMs, cache }: Claim, raw: string): Promise<Verdict> {
  const consent = await understandAltinn2(raw, street, nowMs)
  if (typeof consent === 'string') return no(403, `the consent token is not valid: ${consent}`)
  const { serviceCode, serviceEditionCode } = street.registration.altinn2
  if (consent.coveredBy !== token.consumer) return no(403, "the consent's receiver is not the consumer")
  if (consent.offeredBy !== pid) return no(403, "the consent's giver is not PSU_ID")
  if (!consent.services.includes(`${serviceCode}_${serviceEditionCode}`)) return no(403, 'the consent is for another service')
  if (!(consent.validTo.getTime() > nowMs)) return no(403, 'the consent has run out')
  const known = cache.has(cacheKey(token.consumer, pid))
  return { ok: true, until: consent.validTo, consent: consent.code, remember: true, ...(known && { warning: 'Consent-ID was sent although the consent is known; once is enough' }) }
}

/** Parties, resource and time of the consent itself (checks of §2). */
function judge({ street, token, pid, nowMs }: Claim, consent: CarriedConsent | 'several' | 'none', remember: boolean): Verdict {
  if (consent === 'none') return no(403, 'the token carries no consent')
  if (consent === 'several') return no(403, 'the token carries several consents')
  if (consent.type !== 'urn:altinn:consent') return no(403, 'authorization_details is not of type urn:altinn:consent')
  if (consent.to !== token.consumer) return no(403, "the consent's receiver is not the consumer")
  if (consent.from !== pid) return no(403, "the consent's giver is not PSU_ID")
  if (consent.resources.length !== 1 || consent.resources[0] !== street.registration.resource.id) return no(403, 'the consent is for another resource')
  if (!(consent.validTo.getTime() > nowMs)) return no(403, 'the consent has run out')
  return { ok: true, until: consent.validTo, consent: consent.id, remember }
}
