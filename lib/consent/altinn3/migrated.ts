import type { z } from 'zod'
import type { Consent } from '../consent'
import type { NotThisConsent } from '../provider'
import { organizationUrn, personUrn, type wholeAnswer } from './wire'

/** The end in the file and Altinn's may differ by a day: Altinn 2 wrote times without a zone. */
const SLACK = 86_400_000

/** What is not as the imported row has it; null when all is. */
export function mismatchOf(answer: z.infer<typeof wholeAnswer>, consent: Consent, parties: { readonly offeredBy: string; readonly coveredBy: string }): NotThisConsent | null {
  if (answer.id.toLowerCase() !== consent.reference) return 'unknown-to-altinn'
  if (answer.from !== personUrn(parties.offeredBy)) return 'other-person'
  if (answer.to !== organizationUrn(parties.coveredBy)) return 'other-bank'
  const resources = answer.consentRights.flatMap(({ resource }) => resource.map(({ value }) => value))
  if (resources.length !== 1 || resources[0] !== consent.resource) return 'other-resource'
  return Math.abs(answer.validTo.getTime() - consent.validTo.getTime()) > SLACK ? 'other-end' : null
}
