import type { Party } from '../scene/street.ts'

/** Which step of which party a request is, by the names of the sandbox's journal; null for what is no party's. */
export function stepOf(method: string, path: string, body: string): { party: Party; step: string } | null {
  const [, party, ...rest] = path.split('?')[0]?.split('/') ?? []
  const inside = `/${rest.join('/')}`
  switch (party) {
    case 'idporten':
      return { party, step: idporten[inside] ?? (inside.startsWith('/.well-known/') ? 'metadata' : 'other') }
    case 'maskinporten':
      if (inside === '/token') return { party, step: isForConsent(body) ? 'consent-token' : 'token' }
      return { party, step: inside === '/jwk' ? 'jwks' : inside.startsWith('/.well-known/') ? 'metadata' : 'other' }
    case 'altinn':
      if (inside.startsWith('/authentication/api/v1/exchange/')) return { party, step: 'exchange' }
      if (inside.endsWith('/consentrequests/events')) return { party, step: 'events' }
      if (!/\/consentrequests(\/[^/]+)?$/.test(inside)) return { party, step: 'other' }
      return { party, step: method === 'POST' ? 'create' : 'status' }
    case 'lanekassen':
      return { party, step: 'accounts' }
    case undefined:
    default:
      return null
  }
}

const idporten: Readonly<Record<string, string>> = { '/par': 'par', '/token': 'token', '/jwks': 'jwks', '/authorize': 'authorize' }

const isForConsent = (form: string): boolean => Buffer.from((new URLSearchParams(form).get('assertion') ?? '').split('.')[1] ?? '', 'base64url').toString('utf8').includes('"authorization_details"')
