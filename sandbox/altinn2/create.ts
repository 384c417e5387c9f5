import { z } from 'zod'
import { isJson, type Answer } from '../http.ts'
import { findPerson, isInAltinnRegister, isNationalId, nameOf } from '../people.ts'
import type { Street } from '../street.ts'
import { refuse, type Visit } from '../visit.ts'
import { asJson, callerOf, isAnswer, says, wantsHal, type Caller } from './caller.ts'
import type { NewRequest, Resource } from './requests.ts'
import { requestView } from './view.ts'

/** What is wrong with a request. The texts are Altinn's sense, the codes this sandbox's own: Altinn's are not published. */
type Fault = { ErrorCode: string; ErrorMessage: string }
const fault = (ErrorCode: string, ErrorMessage: string): Fault => ({ ErrorCode, ErrorMessage })

const shape = z.looseObject({
  coveredby: z.string(), offeredby: z.string(), offeredbyname: z.string().optional(), requireddelegator: z.string().optional(), requireddelegatorname: z.string().optional(), handledby: z.string().optional(),
  validto: z.string(), redirecturl: z.string(), requestmessage: z.record(z.string(), z.unknown()).optional(), portalviewmode: z.string().regex(/^(hide|show)$/i).default('Hide'),
  requestresources: z.array(z.object({ ServiceCode: z.string(), ServiceEditionCode: z.number().int(), Metadata: z.record(z.string(), z.string()) })).min(1),
})

/** Property names are found whatever their case. */
const folded = (value: unknown): unknown => (value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name.toLowerCase(), name.toLowerCase() === 'requestresources' ? resourcesIn(inner) : inner])) : value)
const names: Readonly<Record<string, string>> = { servicecode: 'ServiceCode', serviceeditioncode: 'ServiceEditionCode', metadata: 'Metadata' }
const resourcesIn = (value: unknown): unknown =>
  Array.isArray(value) ? value.map((one: unknown) => (one !== null && typeof one === 'object' ? Object.fromEntries(Object.entries(one).map(([name, inner]) => [names[name.toLowerCase()] ?? name, inner as unknown])) : one)) : value

/** POST consentRequests (be-om-samtykke; anbefalinger, fields). Every call makes a new request: it is not idempotent. */
export async function createRequest(visit: Visit, street: Street): Promise<Answer> {
  const caller = await callerOf(visit, street, ['altinn:consentrequests.write'])
  if (isAnswer(caller)) return caller
  if (!isJson(visit.req) && !/hal\+json/.test(visit.req.headers['content-type'] ?? '')) return says(visit, 415, 'Unsupported media type', 'the body is not JSON')
  const read = shape.safeParse(folded(parsed(visit.body)))
  if (!read.success) return faults(visit, [fault('Unreadable', `${String(read.error.issues[0]?.path[0] ?? 'body')} is missing or has the wrong form`)], street)
  const { data } = read
  visit.person = nameOf(data.offeredby)

  const request: NewRequest = {
    coveredBy: data.coveredby, offeredBy: data.offeredby, requiredDelegator: data.requireddelegator ?? null, handledBy: data.handledby ?? null, validTo: instantOf(data.validto),
    redirectUrl: data.redirecturl, resources: data.requestresources.map(asKept), portalViewMode: data.portalviewmode,
  }
  const wrong = [...partyFaults(data, caller, street), ...serviceFaults(data, street), ...timeFaults(request, new Date(visit.now))]
  if (!isAllowedRedirect(request, caller, street)) wrong.push(fault('InvalidRedirectUrl', 'RedirectUrl is not among the registered domains'))
  if (data.requestmessage === undefined || Object.keys(data.requestmessage).length > 0) wrong.push(fault('InvalidRequestMessage', 'RequestMessage must be present, and empty for this service'))
  if (wrong.length > 0) return faults(visit, wrong, street)

  const added = street.altinn2.add(request, new Date(visit.now))
  visit.consent = added.code
  const hal = wantsHal(visit) && visit.fault?.fault !== 'a2-no-links'
  return asJson(201, requestView(added, visit.fault?.fault === 'a2-page-elsewhere' ? 'https://altinn.example' : street.origin, hal), visit)
}

type Data = z.output<typeof shape>

function partyFaults(data: Data, { organisation, consumer }: Caller, street: Street): Fault[] {
  const found: Fault[] = []
  const bad = (code: string, words: string): void => { found.push(fault(code, words)) }
  if (data.coveredby === data.offeredby) bad('InvalidCoveredBy', 'CoveredBy must differ from OfferedBy')
  if (!isNationalId(data.offeredby) || !isInAltinnRegister(data.offeredby)) bad('InvalidOfferedBy', 'OfferedBy is not in the register')
  else if (!isSurname(data.offeredbyname, data.offeredby)) bad('InvalidOfferedByName', 'OfferedByName is not the last name of OfferedBy in the population register')
  if (data.requireddelegator === undefined) bad('InvalidRequiredDelegator', 'RequiredDelegator is mandatory for this service')
  else if (!isSurname(data.requireddelegatorname, data.requireddelegator)) bad('InvalidRequiredDelegatorName', 'RequiredDelegatorName is not the last name of RequiredDelegator')
  const handled = data.handledby !== undefined
  if (handled && (data.handledby !== organisation || organisation === consumer)) bad('InvalidHandledBy', 'HandledBy must be the authenticated supplier')
  if (handled ? data.coveredby !== consumer : data.coveredby !== organisation) bad('InvalidCoveredBy', handled ? 'CoveredBy has not delegated to HandledBy' : 'CoveredBy is not the authenticated organisation')
  if (!street.selfService.banks.some(({ orgNumber }) => orgNumber === data.coveredby)) bad('InvalidCoveredBy', 'CoveredBy has no right to this service')
  return found
}

/** The last of somebody's names; people off the list are called Testesen. */
export const surnameOf = (pid: string): string => findPerson(pid)?.name.split(' ').at(-1) ?? 'Testesen'
const isSurname = (given: string | undefined, pid: string): boolean => given !== undefined && given.trim().toLocaleUpperCase('nb') === surnameOf(pid).toLocaleUpperCase('nb')

function serviceFaults({ requestresources }: Data, { registration: { altinn2 } }: Street): Fault[] {
  return requestresources.flatMap(({ ServiceCode, ServiceEditionCode, Metadata }) => {
    if (ServiceCode !== altinn2.serviceCode || ServiceEditionCode !== altinn2.serviceEditionCode) return [fault('InvalidService', 'The service is not one for consents')]
    return nameIn(Metadata)?.trim() ? [] : [fault('InvalidMetadata', 'Metadata Navn is mandatory')]
  })
}

/** What the service does not ask for is left out without a word (foresporsler, RequestResources). */
const nameIn = (metadata: Record<string, string>): string | undefined => Object.entries(metadata).find(([key]) => key.toLowerCase() === 'navn')?.[1]
const asKept = ({ Metadata, ...resource }: Resource): Resource => ({ ...resource, Metadata: { Navn: nameIn(Metadata) ?? '' } })

/** Without a zone the time is meant as on the wall in Oslo. */
function instantOf(text: string): Date {
  if (/(Z|[+-]\d\d:?\d\d)$/.test(text) || !/^\d{4}-\d\d-\d\dT[\d:.]+$/.test(text)) return new Date(text)
  const asUtc = new Date(`${text}Z`)
  if (Number.isNaN(asUtc.getTime())) return asUtc
  const wall = new Date(`${new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: 'Europe/Oslo' }).format(asUtc).replace(' ', 'T')}Z`)
  return new Date(asUtc.getTime() - (wall.getTime() - Math.floor(asUtc.getTime() / 1000) * 1000))
}

function timeFaults({ validTo }: NewRequest, now: Date): Fault[] {
  if (Number.isNaN(validTo.getTime())) return [fault('InvalidValidTo', 'ValidTo is not a time')]
  const year = new Date(now)
  year.setUTCFullYear(year.getUTCFullYear() + 1)
  if (validTo <= now) return [fault('InvalidValidTo', 'ValidTo has passed')]
  return validTo > year ? [fault('InvalidValidTo', 'ValidTo is more than a year ahead')] : []
}

/**
 * Where the receiver's own people may be sent, or those of the API key (foresporsler, RedirectUrl): `*.domain.no`,
 * `https://domain.no` or `domain.no`, which stands for http and https. The path is free.
 */
function isAllowedRedirect({ redirectUrl, coveredBy }: NewRequest, caller: Caller, { registration: { altinn2 }, selfService: { banks } }: Street): boolean {
  const url = URL.parse(redirectUrl)
  if (!url) return false
  const own = banks.filter(({ orgNumber }) => orgNumber === coveredBy).map(({ appUrl }) => appUrl)
  return [...own, ...caller.redirectDomains, ...altinn2.redirectDomains].some((pattern) => {
    const [, scheme, host = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.+)$/.exec(pattern) ?? []
    const hostFits = host.startsWith('*.') ? url.host.endsWith(host.slice(1)) : url.host === host
    return hostFits && (scheme === undefined ? /^https?:$/.test(url.protocol) : url.protocol === `${scheme}:`)
  })
}

/** A list, in one of the two spellings that are documented. */
const faults = (visit: Visit, wrong: readonly Fault[], { settings }: Street): Answer =>
  refuse(visit, `the request is not in order (${wrong.map(({ ErrorCode }) => ErrorCode).join(', ')})`, asJson(400, settings.altinn2Errors === 'camel' ? wrong.map(({ ErrorCode, ErrorMessage }) => ({ errorCode: ErrorCode, errorDescription: ErrorMessage })) : wrong, visit))

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
