import { empty, isForm, json, type Answer } from '../http.ts'
import type { Street } from '../street.ts'
import { refuse, type Party, type Visit } from '../visit.ts'
import { consentFor, detailTypes } from './authorization-details.ts'
import { partiesOf } from './consumer.ts'
import { checkGrant, createUsedGrants, type UsedGrants } from './grant.ts'
import { inPlainWords, isRefusal, refusalAnswer, type Refusal } from './refusal.ts'
import { issueToken, tokenBody } from './token.ts'

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** Maskinporten: metadata, keys and tokens. */
export function createMaskinporten(street: Street): Party {
  const used = createUsedGrants()
  street.onReset.push(() => { used.clear() })
  const issuer = `${street.origin}/maskinporten/`

  return {
    name: 'maskinporten',
    readsBody: false,
    stepOf: (_method, path, body) => {
      if (path === '/token') return asksForConsent(body) ? 'consent-token' : 'token'
      return path === '/jwk' ? 'jwks' : path.startsWith('/.well-known/') ? 'metadata' : 'other'
    },
    failure: (status) => json(status, { error: status < 500 ? 'invalid_request' : 'server_error', error_description: 'En feil oppstod (correlation id: 0)' }),
    serve(visit) {
      switch (`${visit.method} ${visit.path}`) {
        case 'GET /.well-known/oauth-authorization-server': return json(200, metadata(issuer), { 'cache-control': 'public, max-age=60' })
        case 'GET /jwk': return json(200, { keys: [street.keys.maskinporten.publicJwk] }, { 'cache-control': 'public, max-age=60' })
        case 'POST /token': return token(visit, street, issuer, used)
        default: return refuse(visit, 'no such address', empty(['/token', '/jwk'].includes(visit.path) ? 405 : 404))
      }
    },
  }
}

/** RFC 8414, with RFC 9396's list of types. */
const metadata = (issuer: string): object => ({
  issuer,
  token_endpoint: `${issuer}token`,
  jwks_uri: `${issuer}jwk`,
  token_endpoint_auth_methods_supported: ['private_key_jwt'],
  grant_types_supported: [JWT_BEARER],
  token_endpoint_auth_signing_alg_values_supported: ['RS256', 'RS384', 'RS512'],
  authorization_details_types_supported: detailTypes,
})

async function token(visit: Visit, street: Street, issuer: string, used: UsedGrants): Promise<Answer> {
  const say = (refusal: Refusal): Answer => refuse(visit, inPlainWords(refusal), refusalAnswer(refusal))
  const form = new URLSearchParams(visit.body)
  if (!isForm(visit.req)) return say({ error: 'invalid_request', description: 'Content-Type must be application/x-www-form-urlencoded', because: 'the body is no form' })
  if (form.get('grant_type') !== JWT_BEARER) return say({ error: 'unsupported_grant_type', description: 'Unsupported grant type', because: 'grant_type is not jwt-bearer' })
  const [assertion, second] = form.getAll('assertion')
  if (assertion === undefined || second !== undefined) return say({ error: 'invalid_request', description: 'MP-011: Invalid assertion. Invalid parameter value', because: 'not exactly one assertion' })

  const grant = await checkGrant(assertion, street.selfService.clients, issuer, used, visit.now)
  if (isRefusal(grant)) return say(grant)
  visit.scope = grant.scopes.join(' ')
  const parties = partiesOf(grant, street)
  if (isRefusal(parties)) return say(parties)
  const asked = grant.claims.authorization_details
  const consent = asked === undefined ? null : consentFor(asked, parties.consumer, street, visit)
  if (consent && isRefusal(consent)) return say(consent)

  const scope = grant.scopes.join(' ')
  const signed = await issueToken(
    { issuer, clientId: grant.client.clientId, amr: grant.amr, scope, parties, consent, resource: grant.claims.resource, pid: grant.claims.pid, nowMs: visit.now },
    street.keys, visit.fault?.fault,
  )
  return json(200, tokenBody(signed, scope, visit.fault?.fault), { pragma: 'no-cache' })
}

/** Does the assertion in this body name a consent? Only for telling the steps apart; nothing is believed. */
function asksForConsent(body: string): boolean {
  const payload = new URLSearchParams(body).get('assertion')?.split('.')[1] ?? ''
  return Buffer.from(payload, 'base64url').toString('utf8').includes('"authorization_details"')
}
