import { z } from 'zod'
import type { ConsentRequest } from '../provider'

/** `POST consentrequests`. Keys of `metadata` are the resource's own, in lower case. */
export const createBody = (request: ConsentRequest, metadataKey: string) => {
  const from = personUrn(request.offeredBy.reveal())
  return JSON.stringify({
    id: request.id,
    from,
    to: organizationUrn(request.coveredBy),
    requiredDelegator: from,
    validTo: request.validTo.toISOString(),
    consentRights: [{ action: ['consent'], resource: [{ type: 'urn:altinn:resource', value: request.resource }], metadata: { [metadataKey]: request.coveredByName } }],
    redirectUrl: request.redirectUrl,
    portalViewMode: 'hide',
  })
}

export const personUrn = (digits: string): string => `urn:altinn:person:identifier-no:${digits}`
export const organizationUrn = (number: string): string => `urn:altinn:organization:identifier-no:${number}`

/** What 201 answers; a 200 has another, internal shape, so after that we ask with GET. */
export const createdAnswer = z.object({ id: z.guid(), viewUri: z.url() })
/** What any success to a create is at least. */
export const anyObject = z.looseObject({})

const event = z.object({ eventType: z.string() })

/** `GET consentrequests/{id}`. Status came later than the events; both come in either case. */
export const statusAnswer = z.object({ id: z.guid(), status: z.string().nullish(), viewUri: z.url().nullish(), consentRequestEvents: z.array(event).nullish() })
export type StatusAnswer = z.infer<typeof statusAnswer>

/** The same with all that a consent is about: whose it is, for whom, for what, and until when. */
export const wholeAnswer = statusAnswer.extend({
  from: z.string(),
  to: z.string(),
  validTo: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  consentRights: z.array(z.looseObject({ resource: z.array(z.looseObject({ value: z.string() })) })),
})

const problem = z.object({ code: z.string().nullish(), validationErrors: z.array(z.object({ code: z.string() })).nullish(), problems: z.array(z.object({ code: z.string() })).nullish() })

/** The codes of a refusal (AM-00001, AM.VLD-00022 …): the texts around them may hold personal data, and a longer number is none. */
export function problemCodes(body: unknown): readonly string[] {
  const { data } = problem.safeParse(body)
  const codes = [data?.code, ...(data?.validationErrors ?? []).map(({ code }) => code), ...(data?.problems ?? []).map(({ code }) => code)]
  return codes.filter((code): code is string => /^[A-Z]{2,4}(\.[A-Z]{2,4})?-\d{3,6}$/.test(code ?? ''))
}

/** The consent inside a Maskinporten token (RFC 9396), as Altinn documents it. */
export const consentTokenClaims = z.looseObject({
  scope: z.string(),
  consumer: z.looseObject({ authority: z.literal('iso6523-actorid-upis'), ID: z.string() }),
  authorization_details: z
    .array(
      z.looseObject({
        type: z.literal('urn:altinn:consent'),
        id: z.string(),
        from: z.string(),
        to: z.looseObject({ authority: z.literal('iso6523-actorid-upis'), ID: z.string() }),
        consented: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
        validTo: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
        consentRights: z.array(z.looseObject({ action: z.array(z.string()), resource: z.array(z.looseObject({ type: z.string(), value: z.string() })) })),
      }),
    )
    .length(1),
})
