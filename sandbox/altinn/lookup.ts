import { isExpired, type Consent, type Consents } from './consents.ts'
import { problemTitle, type ProblemCode } from './problems.ts'

/** Altinn's answer to Maskinporten: the consent, or why there is no token for it. */
export type Lookup = { ok: true; consent: Consent & { consented: Date } } | { ok: false; codes: ProblemCode[]; words: string }

/** Is this consent in force between these parties right now? (ValidateGetConsentRequest; the reasons add up.) */
export function lookUpConsent(consents: Consents, id: string, from: string, to: string, now: Date): Lookup {
  const consent = consents.find(id)
  const codes: ProblemCode[] = []
  if (!consent) codes.push('AM-00001')
  else {
    if (consent.to !== to && consent.handledBy !== to) codes.push('AM-00001')
    if (consent.from !== from) codes.push('AM-00012')
    if (isExpired(consent, now)) codes.push('AM-00013')
    if (consent.status === 'Revoked') codes.push('AM-00011')
    else if (consent.status !== 'Accepted') codes.push('AM-00014')
    const { consented } = consent
    if (codes.length === 0 && consented) return { ok: true, consent: { ...consent, consented } }
  }
  return { ok: false, codes, words: codes.map((code) => `${code} ${problemTitle(code)}`).join('; ') }
}
