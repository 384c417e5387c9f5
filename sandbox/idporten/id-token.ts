import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose'
import type { Fault } from '../faults.ts'
import type { StreetKeys } from '../keys.ts'
import { SUBSTANTIAL } from './levels.ts'

/** Signs the id_token anew with what a fault changes in it; without such a fault it is left as it is. */
export async function spoilIdToken(token: string, keys: StreetKeys, fault: Fault | undefined): Promise<string> {
  const claims: Record<string, unknown> = decodeJwt(token)
  const shift = (seconds: number): object => ({ iat: Number(claims.iat) + seconds, exp: Number(claims.exp) + seconds, auth_time: Number(claims.auth_time) + seconds })
  const changes: Partial<Record<NonNullable<Fault>['fault'], object>> = {
    'id-low-acr': { acr: SUBSTANTIAL }, 'id-no-pid': { pid: undefined }, 'id-no-sid': { sid: undefined }, 'id-no-amr': { amr: undefined },
    'id-nonce': { nonce: 'en-annen-nonce' }, 'id-issuer': { iss: `${String(claims.iss)}-falsk` }, 'id-audience': { aud: 'en-annen-klient' },
    'id-expired': shift(-600), 'id-key': {}, 'clock-skew': shift(fault?.seconds ?? 0),
  }
  const change = fault && changes[fault.fault]
  if (!fault || !change) return token
  const key = fault.fault === 'id-key' ? keys.stranger : keys.idporten
  const { kid } = decodeProtectedHeader(token)
  return new SignJWT({ ...claims, ...change }).setProtectedHeader({ alg: 'RS256', ...(kid !== undefined && { kid }) }).sign(key.sign)
}
