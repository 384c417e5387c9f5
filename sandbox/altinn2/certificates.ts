import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import type { JWK } from 'jose'
import forge from 'node-forge'
import type { SigningKey } from '../keys.ts'
import { serialNumber } from '../serial-number.ts'

/** A certificate that Altinn 2 signs with. `kid` is its fingerprint, which is `x5t` too (bruk-av-token, JSON Web Keys). */
export type SigningCertificate = { kid: string; publicJwk: JWK }

const made = new Map<SigningKey, SigningCertificate>()

/** The certificate around a key: self-signed, as Altinn's may be, since trust comes from TLS. Made when it is first asked for. */
export function certificateOf(key: SigningKey): SigningCertificate {
  const known = made.get(key) ?? certify(key)
  made.set(key, known)
  return known
}

function certify(key: SigningKey): SigningCertificate {
  const { asn1, md, pki } = forge
  const certificate = pki.createCertificate()
  certificate.publicKey = pki.publicKeyFromPem(createPublicKey({ key: key.publicJwk, format: 'jwk' }).export({ type: 'pkcs1', format: 'pem' }).toString())
  certificate.serialNumber = serialNumber(createHash('sha256').update(key.kid).digest().subarray(0, 8))
  certificate.validity.notBefore = new Date(Date.now() - 30 * 86_400_000)
  certificate.validity.notAfter = new Date(Date.now() + 335 * 86_400_000)
  const name = [{ type: '2.5.4.3', value: 'altinn.no (sandkasse)' }]
  certificate.setSubject(name)
  certificate.setIssuer(name)
  certificate.sign(pki.privateKeyFromPem(createPrivateKey({ key: key.privateJwk, format: 'jwk' }).export({ type: 'pkcs1', format: 'pem' }).toString()), md.sha256.create())
  const der = Buffer.from(asn1.toDer(pki.certificateToAsn1(certificate)).getBytes(), 'latin1')
  const kid = createHash('sha1').update(der).digest('base64url')
  const { kty, n, e } = key.publicJwk
  return { kid, publicJwk: { kty: String(kty), use: 'sig', alg: 'RS256', kid, x5t: kid, x5c: [der.toString('base64')], ...(n !== undefined && { n }), ...(e !== undefined && { e }) } }
}
