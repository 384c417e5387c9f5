import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isSid, readLogoutToken, sameIssuer } from './logout-token'

const event = 'http://schemas.openid.net/event/backchannel-logout'
const iat = 1_790_000_000
const payload = { iss: 'https://idporten.no', aud: 'client', iat, exp: iat + 120, jti: 'jti-1', sid: 'iZZbp-a_wSUff', sub: '15819010029', events: { [event]: {} } }

describe('a log-out token', () => {
  test('says which session ends, and is remembered for ten minutes at least', () => {
    expect(readLogoutToken(payload)).toEqual({ jti: 'jti-1', sid: 'iZZbp-a_wSUff', expiresAt: new Date((iat + 600) * 1000) })
    expect(readLogoutToken({ ...payload, exp: iat + 3600 })?.expiresAt).toEqual(new Date((iat + 3600) * 1000))
  })

  test('may hold more in its event, and a sub that we do not read', () => {
    expect(readLogoutToken({ ...payload, events: { [event]: { more: 1 }, other: {} } })).not.toBeNull()
    expect(JSON.stringify(readLogoutToken(payload))).not.toContain('15819010029')
  })

  test.each<[string, object]>([
    ['a nonce', { nonce: 'n' }],
    ['an empty nonce', { nonce: '' }],
    ['no nonce but null', { nonce: null }],
    ['no events', { events: undefined }],
    ['events of another kind', { events: { 'http://schemas.openid.net/event/something': {} } }],
    ['events as a list', { events: [event] }],
    ['an event that is a text', { events: { [event]: 'yes' } }],
    ['no jti', { jti: undefined }],
    ['an empty jti', { jti: '' }],
    ['an enormous jti', { jti: 'x'.repeat(201) }],
    ['no sid', { sid: undefined }],
    ['an empty sid', { sid: '' }],
    ['a sid that is a number', { sid: 7 }],
    ['no exp', { exp: undefined }],
    ['no iat', { iat: undefined }],
    ['an iat that is a text', { iat: String(iat) }],
    ['an end after all dates', { exp: 9_007_199_254_740_992 }],
    ['an end that no database can hold', { exp: 253_402_300_800 }],
    ['a beginning after all dates', { iat: 1e31 }],
  ])('with %s is none', (_what, change) => {
    expect(readLogoutToken({ ...payload, ...change })).toBeNull()
  })

  test('is not anything else, and nothing throws', () => {
    fc.assert(fc.property(fc.anything(), (other) => readLogoutToken(other) === null))
  })
})

describe('a session id in an address', () => {
  test.each(['iZZbp-a_wSUff', 'x'.repeat(8), 'x'.repeat(200), '0d5f6c7a-1c1d-4c7e-9d7e-1f2a3b4c5d6e'])('is %s', (sid) => {
    expect(isSid(sid)).toBe(true)
  })
  test.each([null, '', 'short', 'x'.repeat(201), 'with a space', 'line\nbreak-here', 'æøåæøåæøå', '\0\0\0\0\0\0\0\0'])('is not %o', (sid) => {
    expect(isSid(sid)).toBe(false)
  })
})

describe('the issuer', () => {
  test.each([['https://idporten.no', true], ['https://idporten.no/', true], ['https://idporten.no//', false], ['https://test.idporten.no', false], ['http://idporten.no', false], ['https://idporten.no.evil.example', false], ['', false], [null, false]])(
    'is the same with or without a slash at the end: %o → %s', (given, same) => {
      expect(sameIssuer(given, 'https://idporten.no')).toBe(same)
      expect(sameIssuer(given, 'https://idporten.no/')).toBe(same)
    },
  )
})
