import { expect, test } from 'vitest'
import { cleanAttributes, cleanName } from './clean-span'

const digits = '24907524708'
const ofNext = {
  'next.span_name': 'GET /consent/return', 'next.span_type': 'BaseServer.handleRequest', 'next.route': '/consent/[id]', 'http.method': 'GET', 'http.status_code': 200,
  'http.target': '/consent/return?s=abcdefgh', 'http.url': 'https://bank.example/api/auth/callback/idporten?code=secret', 'http.user_agent': 'Mozilla/5.0',
}

test('a span says where in our code and how it went; the address that was asked for stays here', () => {
  expect(cleanAttributes(ofNext)).toEqual({ 'next.span_type': 'BaseServer.handleRequest', 'next.route': '/consent/[id]', 'http.method': 'GET', 'http.status_code': 200 })
  expect(cleanName(ofNext)).toBe('BaseServer.handleRequest /consent/[id]')
  expect(cleanName({ 'saldosyn.upstream': 'altinn' })).toBe('altinn')
  expect(cleanName({ 'http.url': 'https://bank.example/x' })).toBe('span')
})

test.each(['/', '/balance', '/my-data/receipt/[id]/pdf', '/api/auth/callback/idporten', '/_not-found', '/(staff)/staff', '/my-data/export.json', '/.well-known/saldosyn-receipt-keys.json'])('a route of ours may be told: %s', (route) => {
  expect(cleanAttributes({ 'next.route': route })).toEqual({ 'next.route': route })
})

test.each(['/consent/7f9c2d6e-1111-4222-8333-444455556666', `/x/${digits}`, '/consent/return?s=abc', 'https://bank.example/', '/%2e', '', '//', '/a b'])('what may be an address is not: %s', (route) => {
  expect(cleanAttributes({ 'next.route': route, 'http.route': route })).toEqual({})
})

test.each([['http.method', `GET ${digits}`], ['saldosyn.outcome', digits], ['http.status_code', 24_907_524_708], ['saldosyn.correlation_id', 'eyJhbGciOiJSUzI1NiJ9 x'], ['next.span_type', { deep: digits }], ['saldosyn.upstream', [digits]]])('an allowed name with a value that does not fit is left out: %s', (name, value) => {
  expect(cleanAttributes({ [name]: value })).toEqual({})
})
