import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
export const CLIENT = 'saldosyn-idporten'

/** An ID-porten whose key is in our hands, so that a token can be wrong in one thing and right in all others. */
export async function startIssuer() {
  const [own, stranger] = [await generateKeyPair('RS256', { modulusLength: 2048, extractable: true }), await generateKeyPair('RS256', { modulusLength: 2048, extractable: true })]
  const jwk: JWK = { ...(await exportJWK(own.publicKey)), kid: 'own', alg: 'RS256', use: 'sig' }
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(request.url === '/jwks' ? { keys: [jwk] } : metadata))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const metadata = {
    issuer, jwks_uri: `${issuer}/jwks`, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`,
    pushed_authorization_request_endpoint: `${issuer}/par`, end_session_endpoint: `${issuer}/logout`, response_types_supported: ['code'], subject_types_supported: ['pairwise'], id_token_signing_alg_values_supported: ['RS256'],
  }
  let issued = 0

  /** A log-out token as it should be, but for what is given; `undefined` takes a claim away. */
  function logoutToken(sid: string, { claims = {}, header = {}, key = own.privateKey }: Wrong = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const right = { iss: issuer, aud: CLIENT, iat: now, exp: now + 120, jti: `token-${++issued}`, sid, events: { [EVENT]: {} } }
    return new SignJWT({ ...right, ...claims }).setProtectedHeader({ alg: 'RS256', typ: 'logout+jwt', kid: 'own', ...header }).sign(key)
  }
  return { issuer, jwk, stranger, logoutToken, stop: () => new Promise<void>((resolve) => { server.close(() => { resolve() }); server.closeAllConnections() }) }
}
export type Issuer = Awaited<ReturnType<typeof startIssuer>>
export type Wrong = { claims?: Record<string, unknown>; header?: Record<string, unknown>; key?: CryptoKey | Uint8Array }
