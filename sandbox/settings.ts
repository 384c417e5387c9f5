import { z } from 'zod'

/** What may be changed while the sandbox runs, besides faults. */
export const settingsShape = z.strictObject({
  /** How old an event must be before Altinn's feed tells of it. Altinn: 5 minutes. */
  eventsDelaySeconds: z.number().min(0).max(86_400),
  /** Does Altinn log the person out of ID-porten once they have answered? Altinn: yes. */
  ssoLogoutAfterConsent: z.boolean(),
  /** Whose tokens Altinn's consent API takes. Altinn 3: Maskinporten's own. */
  altinnWants: z.enum(['maskinporten', 'exchanged', 'either']),
  /** How Lånekassen wants the consent. */
  lanekassenTransport: z.enum(['altinn3-single', 'altinn3-both', 'altinn3-same', 'altinn2']),
  /** Which of its two certificates Altinn 2 signs with. */
  altinn2SignsWith: z.enum(['primary', 'secondary']),
  /** How Altinn 2 writes the services of a token; it may do either. */
  altinn2Services: z.enum(['array', 'string']),
  /** How Altinn 2 spells the names in a list of errors: ErrorCode and ErrorMessage, or errorCode and errorDescription. Both are documented. */
  altinn2Errors: z.enum(['pascal', 'camel']),
  /** Does Lånekassen ask Altinn whether a consent it remembers has been withdrawn? Nobody has said; here it does not. */
  lanekassenNoticesRevocation: z.boolean(),
})
export type Settings = z.output<typeof settingsShape>
