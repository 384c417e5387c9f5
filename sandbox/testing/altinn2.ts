import type { Bank, Json, Reply } from './bank.ts'
import { reply } from './bank.ts'
import { ALTINN_KEY, BANK, SCOPES } from './registration.ts'

/** The bank's side of Altinn 2, done right unless a test says otherwise. A header that is null is left out. */
export function createAltinn2Client(bank: Bank, origin: string) {
  const api = `${origin}/altinn2/api`
  type Change = { headers?: Record<string, string | null>; token?: string }

  async function call(method: string, path: string, scope: string, { headers = {}, token }: Change = {}, body?: unknown): Promise<Reply & { statusText: string }> {
    const all = { ApiKey: ALTINN_KEY, Accept: 'application/hal+json', Authorization: `Bearer ${token ?? (await bank.token(scope))}`, ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers }
    const kept = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== null)
    const response = await fetch(`${api}/${path}`, { method, headers: kept, redirect: 'manual', ...(body !== undefined && { body: JSON.stringify(body) }) })
    return { ...(await reply(response)), statusText: response.statusText }
  }

  const request = (pid: string, surname: string, change: Json = {}): Json => ({
    CoveredBy: BANK, OfferedBy: pid, OfferedByName: surname, RequiredDelegator: pid, RequiredDelegatorName: surname, ValidTo: new Date(Date.now() + 364 * 86_400_000).toISOString(),
    RedirectUrl: 'http://localhost:3999/consent/return?s=abc', RequestResources: [{ ServiceCode: '5498', ServiceEditionCode: 1, Metadata: { Navn: 'Testbanken AS' } }], RequestMessage: {}, PortalViewMode: 'Hide', ...change,
  })
  const create = (body: Json, change?: Change) => call('POST', 'consentRequests', SCOPES.write, change, body)
  const status = (code: string, change?: Change) => call('GET', `consentRequests/${code}`, SCOPES.read, change)
  const token = (code: string, change?: Change) => call('GET', `authorization/token/${code}`, SCOPES.tokens, change)

  return {
    call, request, create, status, token,
    /** A consent that the person has answered yes to. */
    async accepted(pid: string, surname: string): Promise<string> {
      const made = await create(request(pid, surname))
      if (made.status !== 201) throw new Error(`no consent: ${made.text}`)
      await bank.control('POST', `consents/${String(made.json.AuthorizationCode)}/accept`)
      return String(made.json.AuthorizationCode)
    },
  }
}
