import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digits } from '@/lib/testing/builders'
import { aRequest } from '@/lib/testing/street'
import { createBody, problemCodes, statusAnswer } from './wire'

describe('a request as Altinn wants it', () => {
  const request = { ...aRequest(), validTo: new Date('2027-11-20T10:00:00Z') }
  const body = JSON.parse(createBody(request, 'navn')) as Record<string, unknown>

  test('says who gives what to whom, that nobody else may answer, and until when in UTC', () => {
    expect(body).toEqual({
      id: request.id,
      from: `urn:altinn:person:identifier-no:${digits}`,
      to: 'urn:altinn:organization:identifier-no:311111116',
      requiredDelegator: `urn:altinn:person:identifier-no:${digits}`,
      validTo: '2027-11-20T10:00:00.000Z',
      consentRights: [{ action: ['consent'], resource: [{ type: 'urn:altinn:resource', value: 'slk_5498_1' }], metadata: { navn: 'Testbanken AS' } }],
      redirectUrl: 'http://localhost:3000/consent/return?s=abc',
      portalViewMode: 'hide',
    })
  })

  test('is the same, letter by letter, each time: so it may be sent again', () => {
    expect(createBody(request, 'navn')).toBe(createBody({ ...request }, 'navn'))
  })
})

describe('the codes of a refusal', () => {
  test.each<[unknown, string[]]>([
    [{ status: 400, code: 'AM-00008' }, ['AM-00008']],
    [{ code: 'STD-00000', validationErrors: [{ code: 'AM.VLD-00022', detail: digits }, { code: 'STD.VLD-00000' }] }, ['STD-00000', 'AM.VLD-00022', 'STD.VLD-00000']],
    [{ code: 'STD-00001', problems: [{ code: 'AM-00004' }, { code: 'AM-00008' }] }, ['STD-00001', 'AM-00004', 'AM-00008']],
    [{ title: 'Forbidden' }, []],
    [{ code: null }, []],
    [undefined, []],
    ['text', []],
    [[], []],
    [{ code: digits }, []],
    [{ code: `AM-${digits}` }, []],
    [{ problems: [{ code: `AM.VLD-${digits}` }, { code: `AM-${digits.slice(0, 6)}-${digits.slice(6)}` }] }, []],
    [{ code: 'the person does not exist' }, []],
    [{ validationErrors: 'AM-00004' }, []],
  ])('of %o are %o', (body, codes) => {
    expect(problemCodes(body)).toEqual(codes)
  })

  test('are codes and nothing else, whatever it says', () => {
    fc.assert(fc.property(fc.anything(), fc.string(), (body, code) => [...problemCodes(body), ...problemCodes({ code, problems: [{ code }] })].every((one) => /^[A-Z.]{2,8}-\d{3,6}$/.test(one))))
  })
})

test('an answer about a status may leave out what came to Altinn later', () => {
  const id = aRequest().id
  expect(statusAnswer.safeParse({ id }).data).toEqual({ id })
  expect(statusAnswer.safeParse({ id, status: null, viewUri: null, consentRequestEvents: null }).success).toBe(true)
  for (const wrong of [{}, { id: 'x' }, { id, status: 7 }, { id, viewUri: 'not a url' }, { id, consentRequestEvents: [{}] }]) expect(statusAnswer.safeParse(wrong).success).toBe(false)
})
