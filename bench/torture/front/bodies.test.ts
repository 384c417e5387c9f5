import { describe, expect, test } from 'vitest'
import { spoilings } from './bodies.ts'
import { stepOf } from './steps.ts'

const said = (fault: keyof typeof spoilings, body: string) => spoilings[fault](Buffer.from(body)).toString('utf8')

describe('an answer is spoiled', () => {
  test('in the one respect that is asked for', () => {
    const body = '{"Accounts":[{"Name":"Lån","Bban":"x"}],"TotalAmount":1.5}'
    expect(said('first field missing', body)).toBe('{"TotalAmount":1.5}')
    expect(said('every value null', body)).toBe('{"Accounts":[{"Name":null,"Bban":null}],"TotalAmount":null}')
    expect(said('a key twice', body)).toBe('{"Accounts":[{"Name":"Lån","Bban":"x"}],"TotalAmount":1.5,"Accounts":{"x":1}}')
    expect(said('byte order mark', body)).toBe(`\ufeff${body}`)
    expect(JSON.parse(said('more fields', body))).toMatchObject(JSON.parse(body) as object)
    expect(said('array instead of object', body)).toBe(`[${body}]`)
    expect(said('expires in a billion seconds', '{"access_token":"t","expires_in":119}')).toBe('{"access_token":"t","expires_in":1000000000}')
  })
  test('and what is no JSON is spoiled as it is', () => {
    expect([said('first field missing', 'Too busy'), said('empty body', 'x'), said('something after the end', 'x')]).toEqual(['null', '', 'x {}'])
  })
})

test('a request is told by party and step, as the sandbox’s journal tells them', () => {
  const grant = (payload: object) => new URLSearchParams({ assertion: `h.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.s` }).toString()
  const steps = [
    stepOf('GET', '/maskinporten/.well-known/oauth-authorization-server', ''), stepOf('GET', '/maskinporten/jwk', ''),
    stepOf('POST', '/maskinporten/token', grant({ scope: 'x' })), stepOf('POST', '/maskinporten/token', grant({ authorization_details: [] })),
    stepOf('POST', '/altinn/accessmanagement/api/v1/enterprise/consentrequests', ''), stepOf('GET', '/altinn/accessmanagement/api/v1/enterprise/consentrequests/1-2', ''),
    stepOf('GET', '/altinn/accessmanagement/api/v1/enterprise/consentrequests/events?createdAfter=x', ''), stepOf('GET', '/lanekassen/saldo/v1/Accounts', ''), stepOf('POST', '/idporten/par', ''),
  ]
  expect(steps.map((it) => it?.step)).toEqual(['metadata', 'jwks', 'token', 'consent-token', 'create', 'status', 'events', 'accounts', 'par'])
  expect(stepOf('GET', '/control/state', '')).toBeNull()
})
