import { describe, expect, test } from 'vitest'
import { aConsent, day } from '@/lib/testing/builders'
import { aReceipt } from '@/lib/testing/receipts'
import { documentOf, receiptDocument } from './receipt-document'

const setting = { bankName: 'Fjordbanken', appUrl: 'https://bank.example', altinnUrl: 'https://am.ui.altinn.no', notice: { language: 'nb', data: 'Saldo', purpose: 'For å vise deg saldoen', recipients: 'Bare du', whole: 'Alt som sto der' } } as const
const read = (receipt = aReceipt()) => receiptDocument.parse(documentOf(receipt, setting))
const recordOf = (receipt = aReceipt()) => read(receipt)['dpv:hasRecordOfActivity']
const typesOf = (receipt = aReceipt()) => recordOf(receipt)['dpv:hasConsentStatus'].map((status) => status['@type'])
const ended = aConsent({ status: 'revoked', settledAt: day(5) })

describe('the document of a receipt', () => {
  /** The mandatory fields of ISO/IEC TS 27560:2023, as the guide of the DPVCG names them. */
  test('has every field that the standard asks for', () => {
    const { 'dpv:hasRecordOfActivity': record, ...receipt } = read()
    expect(receipt).toMatchObject({ 'dct:conformsTo': expect.stringContaining('27560') as unknown, 'dct:identifier': aReceipt().id, 'dct:created': '2026-01-03T10:00:00.000Z' })
    expect(record).toMatchObject({
      'dct:identifier': aReceipt().consent.id,
      'dpv:hasDataSubject': { '@id': `urn:uuid:${aReceipt().consent.subjectRef}` },
      'dpv:hasNotice': { 'dct:hasVersion': '2026-11', 'dct:language': 'nb', 'schema:text': { '@value': 'Alt som sto der', '@language': 'nb' } },
      'dpv:hasLegalBasis': { '@id': 'eu-gdpr:A6-1-a' },
      'dpv:hasDataController': { 'schema:name': 'Testbanken AS', 'schema:taxID': '311111116' },
      'dpv:hasJurisdiction': { '@id': 'loc:NO' },
      'dpv:hasConsentControl': { 'dpv:isExercisedAt': ['https://am.ui.altinn.no', 'https://bank.example/my-data'] },
      'dpv:hasProcess': { 'dpv:hasPurpose': { 'dct:description': { '@value': 'For å vise deg saldoen' } }, 'dpv:hasPersonalData': { 'dct:identifier': 'slk_5498_1' }, 'dpv:hasDataSource': 'Lånekassen' },
      'dpv:hasConsentStatus': [
        { '@type': 'dpv:ConsentRequested', 'dpv:isIndicatedAtTime': '2026-01-01T10:00:00.000Z' },
        { '@type': 'dpv:ConsentGiven', 'dpv:isIndicatedAtTime': '2026-01-01T10:03:00.000Z', 'dpv:isIndicatedBy': { '@id': 'dpv:DataSubject' }, 'dpv:hasDuration': { 'rdf:value': '2026-12-31T10:00:00.000Z' } },
      ],
    })
  })

  test.each([
    ['active', {}, ['dpv:ConsentRequested', 'dpv:ConsentGiven']],
    ['refused', { answer: 'refused', state: 'refused' }, ['dpv:ConsentRequested', 'dpv:ConsentRefused']],
    ['withdrawn', { state: 'withdrawn', endedAt: day(5), consent: ended }, ['dpv:ConsentRequested', 'dpv:ConsentGiven', 'dpv:ConsentWithdrawn']],
    ['stopped here', { state: 'stopped-here', endedAt: day(5), consent: ended }, ['dpv:ConsentRequested', 'dpv:ConsentGiven', 'dpv:ConsentWithdrawn']],
    ['expired', { state: 'expired', endedAt: day(364) }, ['dpv:ConsentRequested', 'dpv:ConsentGiven', 'dpv:ConsentExpired']],
  ] as const)('tells what has happened, in order: %s', (_what, but, types) => {
    expect(typesOf(aReceipt(but))).toEqual(types)
  })

  test('leaves out what is not known, and makes nothing up', () => {
    const record = recordOf(aReceipt({ answeredAt: null, notice: { words: '2026-11', adviserSharing: false, supplier: null, language: null } }))
    expect(record['dpv:hasConsentStatus'][1]).not.toHaveProperty('dpv:isIndicatedAtTime')
    expect(record['dpv:hasNotice']).not.toHaveProperty('dct:language')
    expect(recordOf()).not.toHaveProperty('dpv:hasDataProcessor')
  })

  test('names the supplier where there is one', () => {
    expect(recordOf(aReceipt({ consent: aConsent({ handledBy: '312222221', handledByName: 'Samdrift AS' }) }))['dpv:hasDataProcessor']).toMatchObject({ '@type': 'dpv:DataProcessor', 'schema:name': 'Samdrift AS', 'schema:taxID': '312222221' })
  })

  test('uses only prefixes that its context explains', () => {
    const document = read()
    const names = JSON.stringify(document).match(/"([a-z][a-z-]*):(?=[A-Za-z])/g)?.map((name) => name.slice(1, -1)) ?? []
    const known = [...Object.keys(document['@context']), 'urn', 'https']
    expect(names.filter((name) => !known.includes(name))).toEqual([])
  })

  test.each([
    ['a member that is not in it', { 'schema:identifier': '15819010029' }],
    ['another type', { '@type': 'dpv:ConsentRecord' }],
    ['a time without its zone', { 'dct:created': '2026-01-03T10:00:00' }],
    ['no record', { 'dpv:hasRecordOfActivity': undefined }],
  ])('is not one with %s', (_what, change) => {
    expect(receiptDocument.safeParse({ ...documentOf(aReceipt(), setting), ...change }).success).toBe(false)
  })
})
