import { z } from 'zod'
import type { Receipt } from '@/lib/subject/receipt'
import type { ReceiptJson } from './signed-receipt'

/**
 * A receipt as JSON-LD: the fields of a consent record and receipt of ISO/IEC TS 27560:2023, written with the Data Privacy
 * Vocabulary as in "Consent Records and Receipts as per ISO/IEC TS 27560:2023 using DPV" (W3C DPVCG, 2024). No national id
 * and no amount: the person is our random reference.
 */
const context = {
  dct: 'http://purl.org/dc/terms/',
  dpv: 'https://w3id.org/dpv#',
  'eu-gdpr': 'https://w3id.org/dpv/legal/eu/gdpr#',
  loc: 'https://w3id.org/dpv/loc#',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  schema: 'https://schema.org/',
  sec: 'https://w3id.org/security#',
} as const

const text = z.string().min(1)
const urn = z.string().regex(/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
const instant = z.iso.datetime({ precision: 3 })
const term = (name: string) => z.strictObject({ '@id': z.literal(name) })
const inLanguage = z.strictObject({ '@value': text, '@language': z.enum(['nb', 'nn', 'en']) })
const organisation = (type: string) => z.strictObject({ '@id': z.string().regex(/^https:\/\/data\.brreg\.no\/enhetsregisteret\/api\/enheter\/\d{9}$/), '@type': z.literal(type), 'schema:name': text.optional(), 'schema:taxID': z.string().regex(/^\d{9}$/) })

const status = z.strictObject({
  '@type': z.enum(['dpv:ConsentRequested', 'dpv:ConsentGiven', 'dpv:ConsentRefused', 'dpv:ConsentWithdrawn', 'dpv:ConsentExpired']),
  /** Left out when the log of that time is no longer kept. */
  'dpv:isIndicatedAtTime': instant.optional(),
  'dpv:isIndicatedBy': z.union([term('dpv:DataSubject'), term('dpv:DataController')]),
  'dpv:hasIndicationMethod': text,
  'dpv:hasDuration': z.strictObject({ '@type': z.literal('dpv:UntilTimeDuration'), 'rdf:value': instant }).optional(),
})

const record = z.strictObject({
  '@id': urn,
  '@type': z.literal('dpv:ConsentRecord'),
  'dct:identifier': z.uuid(),
  'dct:conformsTo': z.literal('https://w3id.org/dpv/schema/dpv-27560#record'),
  'dpv:hasDataSubject': z.strictObject({ '@id': urn, '@type': z.literal('dpv:DataSubject') }),
  'dpv:hasDataController': organisation('dpv:DataController'),
  'dpv:hasDataProcessor': organisation('dpv:DataProcessor').optional(),
  'dpv:hasJurisdiction': term('loc:NO'),
  'dpv:hasApplicableLaw': term('eu-gdpr:GDPR'),
  'dpv:hasLegalBasis': term('eu-gdpr:A6-1-a'),
  'dpv:hasProcess': z.strictObject({
    '@type': z.literal('dpv:Process'),
    'dpv:hasPurpose': z.strictObject({ '@type': z.literal('dpv:ServiceProvision'), 'dct:description': inLanguage }),
    'dpv:hasPersonalData': z.strictObject({ '@type': z.literal('dpv:PersonalData'), 'dct:identifier': text, 'dct:description': inLanguage }),
    'dpv:hasDataSource': text,
    'dpv:hasProcessing': z.array(z.strictObject({ '@id': z.enum(['dpv:Collect', 'dpv:Display', 'dpv:Erase']) })),
    'dpv:hasRecipient': z.strictObject({ '@type': z.literal('dpv:Recipient'), 'dct:description': inLanguage }),
    'dpv:hasStorageCondition': z.strictObject({ '@type': z.literal('dpv:StorageDuration'), 'dpv:hasDuration': z.strictObject({ '@type': z.literal('dpv:UntilEventDuration'), 'rdf:value': text }) }),
  }),
  'dpv:hasNotice': z.strictObject({ '@type': z.literal('dpv:ConsentNotice'), 'dct:hasVersion': text, 'dct:language': z.enum(['nb', 'nn', 'en']).optional(), 'schema:text': inLanguage }),
  'dpv:hasConsentControl': z.strictObject({ '@type': z.literal('dpv:WithdrawConsent'), 'dpv:isExercisedAt': z.array(z.url()).min(1) }),
  'dpv:hasConsentStatus': z.array(status).min(1),
})

/** What a receipt's document must be, member by member: nothing else may stand in it. */
export const receiptDocument = z.strictObject({
  '@context': z.strictObject(Object.fromEntries(Object.entries(context).map(([prefix, address]) => [prefix, z.literal(address)]))),
  '@id': urn,
  '@type': z.literal('dpv:ConsentReceipt'),
  'dct:identifier': z.uuid(),
  'dct:conformsTo': z.literal('https://w3id.org/dpv/schema/dpv-27560#receipt'),
  'dct:created': instant,
  'dct:publisher': z.strictObject({ '@id': z.url() }),
  'dpv:hasRecordOfActivity': record,
})
export type ReceiptDocument = z.infer<typeof receiptDocument>

/** The words of the notice that was read, in its own language. */
export type NoticeTexts = { readonly language: 'nb' | 'nn' | 'en'; readonly data: string; readonly purpose: string; readonly recipients: string; readonly whole: string }
type Setting = { readonly bankName: string; readonly appUrl: string; readonly altinnUrl: string; readonly notice: NoticeTexts }

/** The document of a receipt, unsigned. Throws when it would not be what it must be: a bug. */
export function documentOf(receipt: Receipt, { bankName, appUrl, altinnUrl, notice }: Setting): ReceiptJson {
  const { id, issuedAt, consent } = receipt
  const words = (value: string) => ({ '@value': value, '@language': notice.language })
  const brreg = (number: string) => `https://data.brreg.no/enhetsregisteret/api/enheter/${number}`
  const document: ReceiptDocument = {
    '@context': context,
    '@id': `urn:uuid:${id}`,
    '@type': 'dpv:ConsentReceipt',
    'dct:identifier': id,
    'dct:conformsTo': 'https://w3id.org/dpv/schema/dpv-27560#receipt',
    'dct:created': issuedAt.toISOString(),
    'dct:publisher': { '@id': appUrl },
    'dpv:hasRecordOfActivity': {
      '@id': `urn:uuid:${consent.id}`,
      '@type': 'dpv:ConsentRecord',
      'dct:identifier': consent.id,
      'dct:conformsTo': 'https://w3id.org/dpv/schema/dpv-27560#record',
      'dpv:hasDataSubject': { '@id': `urn:uuid:${consent.subjectRef}`, '@type': 'dpv:DataSubject' },
      'dpv:hasDataController': { '@id': brreg(consent.coveredBy), '@type': 'dpv:DataController', 'schema:name': consent.coveredByName ?? bankName, 'schema:taxID': consent.coveredBy },
      ...(consent.handledBy && { 'dpv:hasDataProcessor': { '@id': brreg(consent.handledBy), '@type': 'dpv:DataProcessor' as const, ...(consent.handledByName && { 'schema:name': consent.handledByName }), 'schema:taxID': consent.handledBy } }),
      'dpv:hasJurisdiction': { '@id': 'loc:NO' },
      'dpv:hasApplicableLaw': { '@id': 'eu-gdpr:GDPR' },
      'dpv:hasLegalBasis': { '@id': 'eu-gdpr:A6-1-a' },
      'dpv:hasProcess': {
        '@type': 'dpv:Process',
        'dpv:hasPurpose': { '@type': 'dpv:ServiceProvision', 'dct:description': words(notice.purpose) },
        'dpv:hasPersonalData': { '@type': 'dpv:PersonalData', 'dct:identifier': consent.resource, 'dct:description': words(notice.data) },
        'dpv:hasDataSource': 'Lånekassen',
        'dpv:hasProcessing': [{ '@id': 'dpv:Collect' }, { '@id': 'dpv:Display' }, { '@id': 'dpv:Erase' }],
        'dpv:hasRecipient': { '@type': 'dpv:Recipient', 'dct:description': words(notice.recipients) },
        'dpv:hasStorageCondition': { '@type': 'dpv:StorageDuration', 'dpv:hasDuration': { '@type': 'dpv:UntilEventDuration', 'rdf:value': 'The data subject logs out, or the consent ends' } },
      },
      'dpv:hasNotice': { '@type': 'dpv:ConsentNotice', 'dct:hasVersion': consent.noticeVersion, ...(receipt.notice.language !== null && { 'dct:language': notice.language }), 'schema:text': words(notice.whole) },
      'dpv:hasConsentControl': { '@type': 'dpv:WithdrawConsent', 'dpv:isExercisedAt': [altinnUrl, `${appUrl}/my-data`] },
      'dpv:hasConsentStatus': statusesOf(receipt),
    },
  }
  return receiptDocument.parse(document)
}

/** What has happened to the consent, in order. */
function statusesOf({ consent, answer, state, answeredAt, endedAt }: Receipt): ReceiptDocument['dpv:hasRecordOfActivity']['dpv:hasConsentStatus'] {
  const [person, controller] = [{ '@id': 'dpv:DataSubject' }, { '@id': 'dpv:DataController' }] as const
  const at = (when: Date | null) => (when ? { 'dpv:isIndicatedAtTime': when.toISOString() } : {})
  const until = { 'dpv:hasDuration': { '@type': 'dpv:UntilTimeDuration' as const, 'rdf:value': consent.validTo.toISOString() } }
  const asked = { '@type': 'dpv:ConsentRequested' as const, ...at(consent.requestedAt), 'dpv:isIndicatedBy': controller, 'dpv:hasIndicationMethod': 'A consent request in Altinn' }
  if (answer === 'refused') return [asked, { '@type': 'dpv:ConsentRefused', ...at(answeredAt), 'dpv:isIndicatedBy': person, 'dpv:hasIndicationMethod': 'Refused in Altinn' }]
  const given = { '@type': 'dpv:ConsentGiven' as const, ...at(answeredAt), 'dpv:isIndicatedBy': person, 'dpv:hasIndicationMethod': 'Given in Altinn', ...until }
  switch (state) {
    case 'expired':
      return [asked, given, { '@type': 'dpv:ConsentExpired', ...at(endedAt), 'dpv:isIndicatedBy': controller, 'dpv:hasIndicationMethod': 'Its time was up' }]
    case 'withdrawn':
      return [asked, given, { '@type': 'dpv:ConsentWithdrawn', ...at(endedAt), 'dpv:isIndicatedBy': person, 'dpv:hasIndicationMethod': 'Withdrawn in Altinn' }]
    case 'stopped-here':
      return [asked, given, { '@type': 'dpv:ConsentWithdrawn', ...at(endedAt), 'dpv:isIndicatedBy': person, 'dpv:hasIndicationMethod': 'Stopped at the controller; it may still stand in Altinn' }]
    case 'active':
    case 'refused':
      return [asked, given]
  }
}
