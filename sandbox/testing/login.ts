import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { reply, seconds, type Json, type Reply } from './bank.ts'
import type { Browser } from './browser.ts'
import { keys } from './registration.ts'

export const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')

/** The app's side of a log-in with ID-porten. */
export function createRelyingParty(origin: string, appUrl = 'http://localhost:3999') {
  const issuer = `${origin}/idporten`
  const redirectUri = `${appUrl}/api/auth/callback/idporten`

  const clientAssertion = (change: Json = {}, header: Json = {}): Promise<string> =>
    new SignJWT({ iss: 'bank-web', sub: 'bank-web', aud: issuer, iat: seconds(), exp: seconds() + 60, jti: randomUUID(), ...change })
      .setProtectedHeader({ alg: 'RS256', kid: keys.login.kid, ...header })
      .sign(keys.login.sign)
  const authenticated = async (form: Record<string, string>, assertion?: string): Promise<URLSearchParams> =>
    new URLSearchParams({ client_id: 'bank-web', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion ?? (await clientAssertion()), ...form })

  const requestParameters = (verifier: string, change: Record<string, string> = {}): Record<string, string> => ({
    response_type: 'code', redirect_uri: redirectUri, scope: 'openid', state: 'state-1', nonce: 'nonce-1', code_challenge: challengeOf(verifier), code_challenge_method: 'S256', acr_values: 'idporten-loa-high', ...change,
  })
  const par = async (parameters: Record<string, string>, assertion?: string): Promise<Reply> => reply(await fetch(`${issuer}/par`, { method: 'POST', body: await authenticated(parameters, assertion) }))
  const token = async (code: string, verifier: string, change: Record<string, string> = {}, assertion?: string): Promise<Reply> =>
    reply(await fetch(`${issuer}/token`, { method: 'POST', body: await authenticated({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier, ...change }, assertion) }))

  /** Pushes a request and goes to the log-in page (or straight back, when there is a session). */
  async function begin(browser: Browser, change: Record<string, string> = {}) {
    const verifier = randomBytes(32).toString('base64url')
    const pushed = await par(requestParameters(verifier, change))
    if (pushed.status !== 201) throw new Error(`PAR: ${pushed.text}`)
    const at = await browser.follow(`${issuer}/authorize?${new URLSearchParams({ client_id: 'bank-web', request_uri: String(pushed.json.request_uri) })}`)
    return { verifier, ...at }
  }

  /** The whole way: request, log-in as this person, code, tokens. */
  async function logIn(browser: Browser, pid: string, change: Record<string, string> = {}, form: Record<string, string> = { level: 'idporten-loa-high' }) {
    const { verifier, address } = await begin(browser, change)
    const back = await browser.follow(address, { ...form, pid })
    const callback = new URL(back.address)
    const tokens = await token(callback.searchParams.get('code') ?? '', verifier)
    return { callback, tokens }
  }

  return { issuer, redirectUri, clientAssertion, requestParameters, par, token, begin, logIn }
}
