import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import forge from 'node-forge'
import { fail, ok, type Result } from '@/lib/result'

export type Pkcs12Problem = 'not-pkcs12' | 'wrong-password' | 'not-readable'
export type Pkcs12 = { readonly keys: readonly KeyObject[]; readonly certificates: readonly X509Certificate[] }

const { asn1, pkcs12, pki } = forge
const toDer = (value: forge.asn1.Asn1) => Buffer.from(asn1.toDer(value).getBytes(), 'latin1')

/**
 * Opens a PKCS#12 container (RFC 7292) under its password: AES (PBES2) as OpenSSL 3 and Java write it, and the 3DES and
 * RC2 of older issuers, which OpenSSL 3 no longer opens.
 */
export function openPkcs12(container: Uint8Array, password: string): Result<Pkcs12, Pkcs12Problem> {
  const outer = parsed(container)
  if (!outer) return fail('not-pkcs12')
  try {
    const bags = open(outer, password).safeContents.flatMap(({ safeBags }) => safeBags)
    const keys = bags.flatMap(({ type, key, asn1: other }) => (type === pki.oids.pkcs8ShroudedKeyBag || type === pki.oids.keyBag ? [privateKey(key, other)] : []))
    const certificates = bags.flatMap(({ type, cert, asn1: other }) => (type === pki.oids.certBag ? [new X509Certificate(toDer(cert ? pki.certificateToAsn1(cert) : other))] : []))
    return ok({ keys, certificates })
  } catch (error) {
    return fail(/password|decrypt/i.test(error instanceof Error ? error.message : '') ? 'wrong-password' : 'not-readable')
  }
}

/** Null when it is no DER, or not the sequence that a container starts with: version 3, then its contents. */
function parsed(container: Uint8Array): forge.asn1.Asn1 | null {
  try {
    const value = asn1.fromDer(Buffer.from(container).toString('latin1'))
    const [version] = Array.isArray(value.value) ? value.value : []
    return version?.type === asn1.Type.INTEGER ? value : null
  } catch {
    return null
  }
}

/**
 * A container writes its password in two ways: UTF-16 for the MAC and for 3DES and RC2, UTF-8 for AES. The library
 * knows one at a time. So when the MAC was right and the contents would not open, they are tried once more without it.
 */
function open(outer: forge.asn1.Asn1, password: string): forge.pkcs12.Pkcs12Pfx {
  try {
    return pkcs12.pkcs12FromAsn1(outer, false, password)
  } catch (error) {
    const inUtf8 = forge.util.encodeUtf8(password)
    const isMac = error instanceof Error && error.message.includes('MAC')
    if (isMac || inUtf8 === password || !Array.isArray(outer.value)) throw error
    return pkcs12.pkcs12FromAsn1({ ...outer, value: outer.value.slice(0, 2) }, false, inUtf8)
  }
}

/** The library makes an RSA key of its own, and leaves any other kind as it stood: both end as Node's. */
function privateKey(key: forge.pki.PrivateKey | undefined, other: forge.asn1.Asn1): KeyObject {
  const info = key ? pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(key)) : other
  return createPrivateKey({ key: toDer(info), format: 'der', type: 'pkcs8' })
}
