import { createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto'
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, importPKCS8, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSandbox, type Sandbox } from '../start.ts'
import { consentDetail, createBank, seconds, type Bank, type Json, type Reply } from '../testing/bank.ts'
import { BANK, keys, registration, SCOPES, SUPPLIER, supplierClient } from '../testing/registration.ts'

const STEINAR = '01085301957'
let sandbox: Sandbox
let bank: Bank
const lines: string[] = []

beforeAll(async () => {
  const file = registration()
  file.maskinporten.push({ clientId: '77777777-7777-4777-8777-777777777777', orgNumber: '313333332', jwks: { keys: [keys.stranger.publicJwk] }, scopes: [SCOPES.balance] })
  sandbox = await startSandbox({ port: 0, registration: file, log: (line) => lines.push(line) })
  bank = createBank(sandbox.origin)
})
afterAll(() => sandbox.close())

const supplier = { key: keys.supplier.sign, header: { kid: keys.supplier.kid } }
const asSupplier = (claims: Json): Promise<Reply> => bank.ask({ ...supplier, claims: { iss: supplierClient, ...claims } })
const refused = (answer: Reply, error: string, words: string): void => {
  expect([answer.status, answer.json.error], answer.text).toEqual([error === 'access_denied' ? 403 : 400, error])
  expect(answer.json.error_description).toContain(words)
  expect(answer.json.error_description).toMatch(/\(correlation id: [0-9a-f-]{36}\)$/)
  expect(answer.json.error_uri).toMatch(/^https:\/\/docs\.digdir\.no\//)
}

describe('metadata', () => {
  test('says the issuer with a slash, the endpoints and the detail types', async () => {
    const metadata = (await (await fetch(`${sandbox.origin}/maskinporten/.well-known/oauth-authorization-server`)).json()) as Json
    expect(metadata).toMatchObject({
      issuer: `${sandbox.origin}/maskinporten/`, token_endpoint: `${sandbox.origin}/maskinporten/token`, jwks_uri: `${sandbox.origin}/maskinporten/jwk`,
      grant_types_supported: ['urn:ietf:params:oauth:grant-type:jwt-bearer'], authorization_details_types_supported: ['urn:altinn:systemuser', 'urn:altinn:consent'],
    })
  })
})

describe('a grant in order', () => {
  test('gives a signed token of two minutes, for a direct customer', async () => {
    const answer = await bank.ask()
    expect(answer.json).toMatchObject({ token_type: 'Bearer', expires_in: 119, scope: SCOPES.balance })
    const { payload } = await jwtVerify(String(answer.json.access_token), createRemoteJWKSet(new URL(`${sandbox.origin}/maskinporten/jwk`)), { issuer: `${sandbox.origin}/maskinporten/`, algorithms: ['RS256'] })
    expect(payload).toMatchObject({ client_amr: 'private_key_jwt', token_type: 'Bearer', scope: SCOPES.balance, consumer: { authority: 'iso6523-actorid-upis', ID: `0192:${BANK}` } })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(120)
    expect(Object.keys(payload).sort()).toEqual(['client_amr', 'client_id', 'consumer', 'exp', 'iat', 'iss', 'jti', 'scope', 'token_type'])
  })
  test('gives a supplier a token that names both', async () => {
    const answer = await asSupplier({ consumer_org: BANK })
    expect(decodeJwt(String(answer.json.access_token))).toMatchObject({ delegation_source: 'https://tt02.altinn.no/', supplier: { ID: `0192:${SUPPLIER}` }, consumer: { ID: `0192:${BANK}` } })
  })
  test('may be signed with RS384 or RS512 too', async () => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } })
    const jwk = { ...createPublicKey(pair.publicKey).export({ format: 'jwk' }), kid: 'other-alg' } as (typeof keys)['bank']['publicJwk']
    const file = registration()
    file.maskinporten[0]?.jwks?.keys.push(jwk)
    const other = await startSandbox({ port: 0, registration: file, log: () => {} })
    for (const alg of ['RS384', 'RS512']) expect((await createBank(other.origin).ask({ alg, header: { kid: 'other-alg' }, key: await importPKCS8(pair.privateKey, alg) })).status, alg).toBe(200)
    await other.close()
  })
  test('may name an audience with resource', async () => {
    expect(decodeJwt(await bank.token(SCOPES.balance, { resource: ['https://api.example'] })).aud).toEqual(['https://api.example'])
  })
})

describe('refused: form of the request', () => {
  test('another grant type', async () => { refused(await bank.grant({ grant_type: 'client_credentials' }), 'unsupported_grant_type', 'Unsupported') })
  test('a broken assertion (MP-011)', async () => {
    const broken = `${(await bank.assertion()).slice(0, 50)}\n`
    for (const assertion of ['', 'x', broken, 'a.b.c']) refused(await bank.grant({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }), 'invalid_request', 'MP-011')
  })
  test('JSON instead of a form', async () => {
    const answer = await fetch(`${sandbox.origin}/maskinporten/token`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
    expect(answer.status).toBe(400)
  })
  test('a claim nobody knows (MP-011)', async () => { refused(await bank.ask({ claims: { consumer_orgno: BANK } }), 'invalid_request', 'MP-011') })
  test('no scope (MP-011)', async () => { refused(await bank.ask({ without: ['scope'] }), 'invalid_request', 'MP-011') })
  test('GET', async () => { expect((await fetch(`${sandbox.origin}/maskinporten/token`)).status).toBe(405) })
})

describe('refused: who and with which key', () => {
  test('an unknown client, or the organisation number as issuer (MP-100)', async () => {
    for (const iss of [randomUUID(), BANK]) refused(await bank.ask({ claims: { iss } }), 'invalid_grant', 'MP-100')
  })
  test('another audience: without the slash, the token address, a list (MP-110)', async () => {
    for (const aud of [`${sandbox.origin}/maskinporten`, `${sandbox.origin}/maskinporten/token`, [`${sandbox.origin}/maskinporten/`], 'https://maskinporten.no/']) refused(await bank.ask({ claims: { aud } }), 'invalid_grant', 'MP-110')
  })
  test('no kid although a key is registered', async () => { refused(await bank.ask({ header: { kid: undefined } }), 'invalid_grant', 'no key identifier (kid) provided') })
  test('x5c although a key is registered, alone or beside kid', async () => {
    refused(await bank.ask({ header: { kid: undefined, x5c: ['MIIB'] } }), 'invalid_grant', '(kid)')
    refused(await bank.ask({ header: { x5c: ['MIIB'] } }), 'invalid_grant', '(kid)')
  })
  test('x5c that is no array (MP-123)', async () => { refused(await bank.ask({ header: { x5c: 'MIIB' } }), 'invalid_grant', 'MP-123') })
  test('a foreign key, an unknown kid, a client’s kid with another’s key (MP-124)', async () => {
    refused(await bank.ask({ key: keys.stranger.sign }), 'invalid_grant', 'MP-124')
    refused(await bank.ask({ header: { kid: 'nobody' } }), 'invalid_grant', 'MP-124')
    refused(await bank.ask({ claims: { iss: supplierClient } }), 'invalid_grant', 'MP-124')
  })
  test('an unsigned assertion, or one with a shared secret (MP-124)', async () => {
    const [, payload] = (await bank.assertion()).split('.')
    for (const alg of ['none', 'HS256', 'PS256']) {
      const head = Buffer.from(JSON.stringify({ alg, kid: keys.bank.kid })).toString('base64url')
      refused(await bank.grant({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: `${head}.${payload}.c2ln` }), 'invalid_grant', 'MP-124')
    }
  })
})

describe('refused: time and reuse', () => {
  test('a clock more than 10 s fast has no code', async () => { refused(await bank.ask({ claims: { iat: seconds() + 12, exp: seconds() + 60 } }), 'invalid_grant', 'Issue time is after now') })
  test('a clock more than 10 s slow (MP-130)', async () => { refused(await bank.ask({ claims: { iat: seconds() - 12 } }), 'invalid_grant', 'MP-130') })
  test('but 8 s either way is all right', async () => {
    for (const off of [-8, 8]) expect((await bank.ask({ claims: { iat: seconds() + off, exp: seconds() + off + 100 } })).status).toBe(200)
  })
  test('an expired grant (MP-130)', async () => { refused(await bank.ask({ claims: { iat: seconds() - 5, exp: seconds() - 1 } }), 'invalid_grant', 'MP-130') })
  test('a grant that lives 121 s (MP-130), though 120 is all right', async () => {
    const iat = seconds()
    expect((await bank.ask({ claims: { iat, exp: iat + 120 } })).status).toBe(200)
    refused(await bank.ask({ claims: { iat, exp: iat + 121 } }), 'invalid_grant', 'MP-130')
    expect(lines.at(-1)).toBe('Maskinporten refused token (400): exp is 121 s after iat, at most 120 (MP-130)')
  })
  test('no times at all (MP-011)', async () => { for (const name of ['iat', 'exp']) refused(await bank.ask({ without: [name] }), 'invalid_request', 'MP-011') })
  test('a jti or a whole grant used twice (MP-012)', async () => {
    const jti = randomUUID()
    expect((await bank.ask({ claims: { jti } })).status).toBe(200)
    refused(await bank.ask({ claims: { jti, iat: seconds() - 1 } }), 'invalid_grant', 'MP-012')
    const assertion = await bank.assertion({ without: ['jti'] })
    const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }
    expect((await bank.grant(form)).status).toBe(200)
    refused(await bank.grant(form), 'invalid_grant', 'MP-012')
  })
})

describe('refused: scope and organisation', () => {
  test('a scope that is not on the client (MP-200)', async () => { refused(await bank.ask({ claims: { scope: `${SCOPES.balance} skatteetaten:inntekt` } }), 'invalid_scope', 'MP-200') })
  test('a supplier that forgot consumer_org (MP-250)', async () => { refused(await asSupplier({}), 'access_denied', 'MP-250') })
  test('an organisation that was never given the scope (MP-250)', async () => {
    refused(await bank.ask({ key: keys.stranger.sign, header: { kid: keys.stranger.kid }, claims: { iss: '77777777-7777-4777-8777-777777777777' } }), 'access_denied', 'MP-250')
  })
  test('a bank that has not delegated (MP-251)', async () => {
    refused(await asSupplier({ consumer_org: '314444443' }), 'access_denied', `MP-251: Consumer 314444443 has not delegated access to the scope ${SCOPES.balance} to supplier ${SUPPLIER}`)
  })
  test('one’s own organisation as consumer_org, which has no code', async () => { refused(await bank.ask({ claims: { consumer_org: BANK } }), 'invalid_request', 'combination consumer_org') })
  test('a consumer_org that is no organisation number (MP-011)', async () => { refused(await asSupplier({ consumer_org: `0192:${BANK}` }), 'invalid_request', 'MP-011') })
})

describe('consent tokens', () => {
  const asking = (details: unknown): Promise<Reply> => bank.ask({ claims: { authorization_details: details } })

  test('carry the consent, with `to` as an object', async () => {
    const id = await bank.accepted(STEINAR)
    const token = await bank.consentToken(id, STEINAR)
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256' })
    const [detail, ...more] = decodeJwt(token).authorization_details as Json[]
    expect(more).toEqual([])
    expect(detail).toMatchObject({
      ...consentDetail(id, STEINAR), to: { authority: 'iso6523-actorid-upis', ID: `0192:${BANK}` },
      consentRights: [{ action: ['consent'], resource: [{ type: 'urn:altinn:resource', value: 'slk_5498_1' }], metadata: { navn: 'Testbanken AS' } }],
    })
    expect(String(detail?.consented)).toMatch(/\+00:00$/)
  })
  test('of a supplier name it, too', async () => {
    const id = await bank.accepted(STEINAR)
    const answer = await asSupplier({ consumer_org: BANK, authorization_details: [consentDetail(id, STEINAR)] })
    expect(decodeJwt(String(answer.json.access_token))).toMatchObject({ supplier: { ID: `0192:${SUPPLIER}` }, authorization_details: [{ to: { ID: `0192:${BANK}` } }] })
  })
  test('are refused for an unknown type (MP-301)', async () => {
    const id = await bank.accepted(STEINAR)
    refused(await asking([{ ...consentDetail(id, STEINAR), type: 'urn:altinn:concent' }]), 'invalid_authorization_details', 'MP-301')
  })
  test('are refused for unknown fields (MP-302)', async () => {
    const id = await bank.accepted(STEINAR)
    refused(await asking([{ ...consentDetail(id, STEINAR), to: BANK }]), 'invalid_authorization_details', 'MP-302')
  })
  test('are refused for missing or malformed values, none and several (MP-303)', async () => {
    const good = consentDetail(await bank.accepted(STEINAR), STEINAR)
    for (const details of [[], [good, good], good, ['x'], [{ ...good, id: undefined }], [{ ...good, id: BANK }], [{ ...good, from: undefined }], [{ ...good, from: STEINAR }], [{ ...good, type: 'urn:altinn:systemuser' }]])
      refused(await asking(details), 'invalid_authorization_details', 'MP-303')
  })
  test('are refused with Altinn’s reason when the consent is not in force (MP-303)', async () => {
    const unanswered = bank.request(STEINAR)
    await bank.create(unanswered)
    refused(await asking([consentDetail(String(unanswered.id), STEINAR)]), 'invalid_authorization_details', 'AM-00014')
    await bank.control('POST', `consents/${String(unanswered.id)}/reject`)
    refused(await asking([consentDetail(String(unanswered.id), STEINAR)]), 'invalid_authorization_details', 'AM-00014')

    const id = await bank.accepted(STEINAR)
    refused(await asking([consentDetail(id, '02075700329')]), 'invalid_authorization_details', 'AM-00012')
    await bank.control('POST', `consents/${id}/revoke`)
    refused(await asking([consentDetail(id, STEINAR)]), 'invalid_authorization_details', 'MP-303: Invalid authorization details values: consent is not valid: AM-00011')

    const old = await bank.accepted(STEINAR)
    await bank.control('POST', `consents/${old}/expire`)
    refused(await asking([consentDetail(old, STEINAR)]), 'invalid_authorization_details', 'AM-00013')
    refused(await asking([consentDetail(randomUUID(), STEINAR)]), 'invalid_authorization_details', 'AM-00001')
  })
})
