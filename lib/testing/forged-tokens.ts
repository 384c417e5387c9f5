import { createHmac, createPublicKey, createSign, generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { importAs, sign, type KeyPair } from './key-pairs'

type Json = Record<string, unknown>
const part = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const hmac = (hash: string, secret: string | Buffer) => (text: string) => createHmac(hash, secret).update(text).digest()

export type Issuer = {
  /** Publishes its key as `mp-2026`. */
  readonly ours: KeyPair
  /** Not published yet. */
  readonly next: KeyPair
  /** Not Maskinporten, though it names its key `mp-2026` too. */
  readonly stranger: KeyPair
}
export type Variant = { readonly what: string; readonly token: string }
/** `found`: which check must refuse it, as a pattern for the refusal's detail. */
export type BadVariant = Variant & { readonly found: RegExp }

/** Tokens that a stranger makes, and some that the issuer would never make: whatever it is that they claim. */
export function forgery({ ours, next, stranger }: Issuer, claims: Json, othersClaims: Json) {
  const token = (change: Json = {}, header: Json = {}, key = ours.signing.key) => sign({ ...claims, ...change }, key, { alg: 'RS256', kid: 'mp-2026', ...header })
  const signWith = async (alg: string) => (await importAs('k', alg, ours.privateJwk)).key
  const rs256 = (text: string) => createSign('RSA-SHA256').update(text).sign({ key: ours.privateJwk as JsonWebKey, format: 'jwk' })
  const forged = (header: Json, signature: (text: string) => string | Buffer = () => '', payload: unknown = claims) => {
    const text = `${part(header)}.${part(payload)}`
    return `${text}.${Buffer.from(signature(text)).toString('base64url')}`
  }
  const publicKey = createPublicKey({ key: ours.publicJwk, format: 'jwk' })
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })

  /** The claims written as this text, under a genuine signature. */
  const written = (payload: string): string => forged({ alg: 'RS256', kid: 'mp-2026' }, rs256, payload)
  /** In every way that a signature must not be. */
  async function wronglySigned(): Promise<readonly BadVariant[]> {
    const genuine = await token()
    const [head = '', body = '', signature = ''] = genuine.split('.')
    const wrongSignatures: [string, string | Promise<string>][] = [
      ...['none', 'None', 'NONE', 'nOnE', '', 'RS256 '].flatMap((alg): [string, string][] => [[`alg "${alg}", unsigned`, forged({ alg, kid: 'mp-2026' })], [`alg "${alg}", with a signature`, forged({ alg, kid: 'mp-2026' }, rs256)]]),
      ...(['HS256', 'HS384', 'HS512'] as const).flatMap((alg): [string, string][] =>
        [publicKey.export({ type: 'spki', format: 'pem' }), publicKey.export({ type: 'spki', format: 'der' }), publicKey.export({ type: 'pkcs1', format: 'pem' }), JSON.stringify(ours.publicJwk), String(ours.publicJwk.n), ''].map((secret, n) => [`${alg} with the public key as secret (${n})`, forged({ alg, kid: 'mp-2026' }, hmac(`sha${alg.slice(2)}`, secret))]),
      ),
      ['another key under our name', token({}, {}, stranger.signing.key)],
      ['another key under another name', token({}, { kid: 'other' }, stranger.signing.key)],
      ['another key and its public half along with it', token({}, { jwk: stranger.publicJwk }, stranger.signing.key)],
      ['another key and where to get it', token({}, { jku: 'https://evil.example/jwks' }, stranger.signing.key)],
      ['another key and its certificate’s address', token({}, { x5u: 'https://evil.example/cert' }, stranger.signing.key)],
      ['another key and a certificate', token({}, { x5c: ['MIIB'] }, stranger.signing.key)],
      ['a key that is not published yet', token({}, { kid: 'mp-2027' }, next.signing.key)],
      ['our key under a name that is not published', token({}, { kid: 'mp-2031' })],
      ['PS256', signWith('PS256').then((key) => token({}, { alg: 'PS256' }, key))],
      ['ES256', forged({ alg: 'ES256', kid: 'mp-2026' }, (text) => createSign('SHA256').update(text).sign({ key: ec.privateKey, dsaEncoding: 'ieee-p1363' }))],
      ['no signature', `${head}.${body}.`],
      ['no third part', `${head}.${body}`],
      ['a signature cut short', `${head}.${body}.${signature.slice(0, -4)}`],
      ['a signature with a sign changed', `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`],
      ['somebody else’s claims under a genuine signature', `${head}.${part({ ...claims, ...othersClaims })}.${signature}`],
      ['another header under a genuine signature', `${part({ alg: 'RS384', kid: 'mp-2026' })}.${body}.${signature}`],
      ['a header that must be understood', forged({ alg: 'RS256', kid: 'mp-2026', crit: ['x'], x: 1 }, rs256)],
      ['an unencoded payload', forged({ alg: 'RS256', kid: 'mp-2026', b64: false, crit: ['b64'] }, rs256)],
      ['Bearer before it', `Bearer ${genuine}`],
      ['quotes around it', `"${genuine}"`],
      ['apostrophes around it', `'${genuine}'`],
      ['a line break after it', `${genuine}\n`],
      ['a fourth part', `${genuine}.x`],
      ['five parts', 'a.b.c.d.e'],
      ['nothing', ''],
      ['two dots', '..'],
      ['no JSON inside', forged({ alg: 'RS256', kid: 'mp-2026' }, rs256, 'not json')],
      ['a list inside', forged({ alg: 'RS256', kid: 'mp-2026' }, rs256, [claims])],
    ]
    return Promise.all(wrongSignatures.map(async ([what, of]): Promise<BadVariant> => ({ what: `signed wrongly: ${what}`, token: await of, found: /^(form|ERR_JO|ERR_JW)/ })))
  }
  return { token, signWith, written, wronglySigned }
}
