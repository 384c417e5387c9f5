import { randomUUID } from 'node:crypto'
import { SignJWT, type CryptoKey } from 'jose'
import { API_KEY, BANK, bankClient, keys, SCOPES } from './registration.ts'

export type Json = Record<string, unknown>
export type Reply = { status: number; headers: Headers; text: string; json: Json }

export async function reply(response: Response): Promise<Reply> {
  const text = await response.text()
  let json: Json = {}
  try {
    json = JSON.parse(text) as Json
  } catch {
    // some answers are no JSON
  }
  return { status: response.status, headers: response.headers, text, json }
}

export const seconds = (): number => Math.floor(Date.now() / 1000)
export const consentDetail = (id: string, pid: string): Json => ({ type: 'urn:altinn:consent', id, from: `urn:altinn:person:identifier-no:${pid}` })
type Odd = { claims?: Json; header?: Json; key?: CryptoKey; alg?: string; without?: string[] }

/** The bank's side of every conversation, done right unless a test says otherwise. */
export function createBank(origin: string) {
  const platform = `${origin}/altinn/accessmanagement/api/v1/enterprise/consentrequests`

  async function assertion({ claims = {}, header = {}, key = keys.bank.sign, alg = 'RS256', without = [] }: Odd = {}): Promise<string> {
    const whole: Json = { aud: `${origin}/maskinporten/`, iss: bankClient, scope: SCOPES.balance, iat: seconds(), exp: seconds() + 100, jti: randomUUID(), ...claims }
    for (const name of without) delete whole[name]
    return new SignJWT(whole).setProtectedHeader({ alg, kid: keys.bank.kid, ...header }).sign(key)
  }
  const grant = async (body: Record<string, string>): Promise<Reply> =>
    reply(await fetch(`${origin}/maskinporten/token`, { method: 'POST', body: new URLSearchParams(body) }))
  const ask = async (odd: Odd = {}): Promise<Reply> => grant({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: await assertion(odd) })

  async function token(scope: string, claims: Json = {}, odd: Odd = {}): Promise<string> {
    const { status, json, text } = await ask({ ...odd, claims: { scope, ...claims, ...odd.claims } })
    if (status !== 200) throw new Error(`no token: ${text}`)
    return String(json.access_token)
  }
  const consentToken = (id: string, pid: string, scope: string = SCOPES.balance): Promise<string> => token(scope, { authorization_details: [consentDetail(id, pid)] })

  const request = (pid: string, change: Json = {}): Json => ({
    id: randomUUID(), from: `urn:altinn:person:identifier-no:${pid}`, to: `urn:altinn:organization:identifier-no:${BANK}`,
    requiredDelegator: `urn:altinn:person:identifier-no:${pid}`, validTo: new Date(Date.now() + 364 * 86_400_000).toISOString(),
    consentRights: [{ action: ['consent'], resource: [{ type: 'urn:altinn:resource', value: 'slk_5498_1' }], metadata: { navn: 'Testbanken AS' } }],
    redirectUrl: 'http://localhost:3999/consent/return?s=abc', portalViewMode: 'hide', ...change,
  })
  const bearer = (value: string): Record<string, string> => ({ authorization: `Bearer ${value}` })
  const create = async (body: Json | string, withToken?: string): Promise<Reply> =>
    reply(await fetch(platform, { method: 'POST', headers: { 'content-type': 'application/json', ...bearer(withToken ?? (await token(SCOPES.write))) }, body: typeof body === 'string' ? body : JSON.stringify(body) }))
  const status = async (id: string, withToken?: string): Promise<Reply> => reply(await fetch(`${platform}/${id}`, { headers: bearer(withToken ?? (await token(SCOPES.read))) }))
  const events = async (query = '', withToken?: string): Promise<Reply> => reply(await fetch(`${platform}/events${query}`, { headers: bearer(withToken ?? (await token(SCOPES.read))) }))

  const control = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> =>
    reply(await fetch(`${origin}/control/${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }))

  /** A consent that the person has answered yes to. */
  async function accepted(pid: string, change: Json = {}): Promise<string> {
    const body = request(pid, change)
    const made = await create(body)
    if (made.status !== 201) throw new Error(`no consent: ${made.text}`)
    await control('POST', `consents/${String(body.id)}/accept`)
    return String(body.id)
  }

  const balanceHeaders = (authorization: string, pid: string): Record<string, string> => ({ ApiKey: API_KEY, Authorization: authorization, PSU_ID: pid, 'X-Request-Id': randomUUID() })
  /** `change` sets headers, or leaves one out when it is null. */
  const balance = async (authorization: string, pid: string, change: Record<string, string | null> = {}, path = '/saldo/v1/Accounts'): Promise<Reply> => {
    const headers = Object.entries({ ...balanceHeaders(authorization, pid), ...change }).filter((pair): pair is [string, string] => pair[1] !== null)
    return reply(await fetch(`${origin}/lanekassen${path}`, { headers }))
  }

  return { origin, platform, assertion, grant, ask, token, consentToken, request, create, status, events, control, accepted, balance }
}

export type Bank = ReturnType<typeof createBank>
