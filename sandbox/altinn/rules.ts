import type { Registration } from '../registration.ts'
import type { ConsentRight, NewConsent } from './consents.ts'
import { invalid, type Problem, type ValidationError } from './problems.ts'

type Template = { template: string; metadata: readonly string[]; requestMessage: boolean }

/**
 * The consent resources of the sandbox's resource registry: the one the bank uses, and two more so that a wrong or a mixed
 * request is refused as it would be (a resource of another template, and one that is no consent resource at all).
 */
export const resources = (own: Registration['resource']): Record<string, Template | 'no consent resource'> => ({
  'ske-samtykke-sbl-summert-skattegrunnlag': { template: 'sblanesoknad', metadata: ['inntektsaar'], requestMessage: false },
  'app_ttd_skjema': 'no consent resource',
  [own.id]: { template: 'standard', metadata: [own.metadataKey.toLowerCase()], requestMessage: false },
})

/** Everything wrong with a request, as Altinn would find it (ValidateAndSetInternalIdentifiers). The one-year limit is not Altinn's. */
export function problemsWith(request: NewConsent, own: Registration['resource'], now: Date): Problem[] {
  const found: Problem[] = []
  const fields: ValidationError[] = []
  if (request.validTo.getTime() < now.getTime()) fields.push(invalid('AM.VLD-00022', 'ValidTo'))
  if (request.consentRights.length === 0) fields.push(invalid('AM.VLD-00023', 'Resource'))

  let template: string | undefined
  for (const [index, right] of request.consentRights.entries()) {
    if (right.action.length === 0) found.push({ code: 'STD-00000', validationErrors: [invalid('STD.VLD-00000', `/consentRight/${index}/action`)] })
    const known = right.resource.length === 1 ? resources(own)[right.resource[0]?.value ?? ''] : undefined
    if (known === undefined || known === 'no consent resource' || right.resource[0]?.type !== 'urn:altinn:resource') {
      found.push({ code: 'AM-00005' })
      continue
    }
    found.push(...problemsWithMetadata(right, index, known.metadata))
    if (template !== undefined && template !== known.template) found.push({ code: 'AM-00009' })
    template ??= known.template
  }

  if (!isRedirectUrl(request.redirectUrl)) fields.push(invalid('AM.VLD-00027', 'RedirectUrl'))
  if (fields.length > 0) found.push({ code: 'STD-00000', validationErrors: fields })
  return found
}

/** Exactly the keys that the resource defines, without regard to case, each with a value. */
function problemsWithMetadata({ metadata }: ConsentRight, index: number, defined: readonly string[]): Problem[] {
  const given = Object.entries(metadata).map(([key, value]) => [key.toLowerCase(), value] as const)
  const found: Problem[] = []
  for (const [key, value] of given) {
    if (!defined.includes(key)) found.push({ code: 'AM-00006', extra: { key } })
    if (value === '') found.push({ code: 'AM-00007', extra: { [`ConsentRight index: ${index}, key`]: key } })
  }
  for (const key of defined) if (!given.some(([name]) => name === key)) found.push({ code: 'AM-00008', extra: { key } })
  return found
}

/** Absolute, whatever the scheme: Altinn lets apps' own schemes pass. */
const isRedirectUrl = (url: string): boolean => URL.canParse(url) && /^[a-z][a-z0-9+.-]*:/i.test(url)
