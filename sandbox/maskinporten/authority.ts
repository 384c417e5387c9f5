import { createHash, generateKeyPairSync, randomBytes, X509Certificate, type KeyObject } from 'node:crypto'
import forge from 'node-forge'
import { z } from 'zod'
import { serialNumber } from '../serial-number.ts'

const { asn1, pki } = forge
type Holder = { readonly certificate: forge.pki.Certificate; readonly key: forge.pki.rsa.PrivateKey }

/** What somebody asks the authority for. The kinds other than `business` are those that Maskinporten must refuse. */
export const certificateOrder = z.strictObject({
  orgNumber: z.string().regex(/^\d{9}$/, 'nine digits'),
  name: z.string().min(1).max(60).optional(),
  kind: z.enum(['business', 'expired', 'not-yet', 'psd2', 'production', 'untrusted', 'self-signed', 'revoked']).default('business'),
  /** Where the organisation number stands: in organizationIdentifier (SEID 2.0), or in serialNumber as in older ones. */
  profile: z.enum(['seid2', 'seid1']).default('seid2'),
  password: z.string().min(1).max(100).default('sandkasse'),
})
export type CertificateOrder = z.output<typeof certificateOrder>
export type IssuedCertificate = {
  /** PKCS#12 in base64, as the issuers deliver it. */
  p12: string
  password: string
  /** Base64 of DER, leaf first. */
  chain: readonly string[]
  /** The same as PEM: the chain, and the key in PKCS#8. */
  certificates: string
  privateKey: string
}

/** ETSI TS 119 495: marks a certificate that was made for payment services. */
const PSD2 = '0.4.0.19495.2'
const QC_STATEMENTS = '1.3.6.1.5.5.7.1.3'

const utf8 = asn1.Type.UTF8 as unknown as forge.asn1.Class
const types: Readonly<Record<string, string>> = { C: '2.5.4.6', O: '2.5.4.10', CN: '2.5.4.3', serialNumber: '2.5.4.5', organizationIdentifier: '2.5.4.97' }
const named = (name: Readonly<Record<string, string>>) => Object.entries(name).map(([key, value]) => ({ type: types[key] ?? key, value, valueTagClass: utf8 }))

/** The names that the issuer of each environment writes; the keys behind them are this sandbox's own. */
const issuers = {
  test: { C: 'NO', O: 'Buypass AS', organizationIdentifier: 'NTRNO-983163327', CN: 'Buypass Class 3 Test4 CA G2 ST Business' },
  production: { C: 'NO', O: 'Buypass AS', organizationIdentifier: 'NTRNO-983163327', CN: 'Buypass Class 3 CA G2 ST Business' },
  stranger: { C: 'NO', O: 'Hvem Som Helst', CN: 'Hvem Som Helst CA' },
}
type Environment = keyof typeof issuers

type Terms = { from: Date; to: Date; isAuthority?: boolean; psd2?: boolean }
function issue(subject: Readonly<Record<string, string>>, issuer: { name: Readonly<Record<string, string>>; key: forge.pki.rsa.PrivateKey } | null, { from, to, isAuthority = false, psd2 = false }: Terms): Holder {
  const pair = generateKeyPairSync('rsa', { modulusLength: 3072 })
  const pem = (half: KeyObject): string => half.export({ format: 'pem', type: 'pkcs1' }).toString()
  const key = pki.privateKeyFromPem(pem(pair.privateKey))
  const certificate = pki.createCertificate()
  certificate.publicKey = pki.publicKeyFromPem(pem(pair.publicKey))
  certificate.serialNumber = serialNumber(randomBytes(8))
  certificate.validity.notBefore = from
  certificate.validity.notAfter = to
  certificate.setSubject(named(subject))
  certificate.setIssuer(named(issuer?.name ?? subject))
  certificate.setExtensions([
    { name: 'basicConstraints', cA: isAuthority, critical: true },
    { name: 'keyUsage', critical: true, ...(isAuthority ? { keyCertSign: true, cRLSign: true } : { digitalSignature: true, keyEncipherment: true }) },
    ...(psd2 ? [{ id: QC_STATEMENTS, value: statement(PSD2) }] : []),
  ])
  certificate.sign(issuer?.key ?? key, forge.md.sha256.create())
  return { certificate, key }
}

/** SEQUENCE { SEQUENCE { oid } } */
function statement(oid: string): string {
  const sequence = (parts: forge.asn1.Asn1[]) => asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, parts)
  return asn1.toDer(sequence([sequence([asn1.create(asn1.Class.UNIVERSAL, asn1.Type.OID, false, asn1.oidToDer(oid).getBytes())])])).getBytes()
}

const YEAR = 365 * 86_400_000
type Issuer = { readonly root: Holder; readonly middle: Holder }

function foundIssuer(environment: Environment): Issuer {
  const [from, to] = [new Date(Date.now() - 3 * YEAR), new Date(Date.now() + 10 * YEAR)]
  const rootName = { C: 'NO', O: issuers[environment].O, CN: `Sandbox ${environment} root` }
  const root = issue(rootName, null, { from, to, isAuthority: true })
  return { root, middle: issue(issuers[environment], { name: rootName, key: root.key }, { from, to, isAuthority: true }) }
}

const found = new Map<string, Issuer>()
function issuerOf(environment: Environment): Issuer {
  const known = found.get(environment) ?? foundIssuer(environment)
  found.set(environment, known)
  return known
}

const derOf = (certificate: forge.pki.Certificate): Buffer => Buffer.from(asn1.toDer(pki.certificateToAsn1(certificate)).getBytes(), 'latin1')

/** Those that the issuer has taken back, by fingerprint. */
const revoked = new Set<string>()

/** Makes a business certificate with its key and chain, as Buypass would deliver it. Takes a second the first time. */
export function issueCertificate({ orgNumber, name = `Virksomhet ${orgNumber}`, kind, profile, password }: CertificateOrder): IssuedCertificate {
  const environment: Environment = kind === 'production' ? 'production' : kind === 'untrusted' ? 'stranger' : 'test'
  const { root, middle } = issuerOf(environment)
  const now = Date.now()
  const [from, to] = kind === 'expired' ? [now - 3 * YEAR, now - 86_400_000] : kind === 'not-yet' ? [now + 86_400_000, now + 3 * YEAR] : [now - 86_400_000, now + 3 * YEAR]
  const subject = { C: 'NO', O: name, ...(profile === 'seid1' ? { serialNumber: orgNumber } : { organizationIdentifier: `NTRNO-${orgNumber}` }), CN: name }
  const leaf = issue(subject, kind === 'self-signed' ? null : { name: issuers[environment], key: middle.key }, { from: new Date(from), to: new Date(to), psd2: kind === 'psd2' })
  const chain = kind === 'self-signed' ? [leaf.certificate] : [leaf.certificate, middle.certificate, root.certificate]
  if (kind === 'revoked') revoked.add(new X509Certificate(derOf(leaf.certificate)).fingerprint256)
  const container = forge.pkcs12.toPkcs12Asn1(leaf.key, chain, password, { algorithm: 'aes256', friendlyName: createHash('sha256').update(orgNumber).digest('hex').slice(0, 8) })
  return {
    p12: Buffer.from(asn1.toDer(container).getBytes(), 'latin1').toString('base64'), password, chain: chain.map((certificate) => derOf(certificate).toString('base64')),
    certificates: chain.map((certificate) => pki.certificateToPem(certificate)).join(''), privateKey: pki.privateKeyInfoToPem(pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(leaf.key))),
  }
}

/** One element of x5c (RFC 7515 §4.1.6): the base64 of DER, not base64url, and not of a PEM file. */
function readCertificate(element: string): X509Certificate {
  const der = Buffer.from(element, 'base64')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(element) || der[0] !== 0x30) throw new Error('not the base64 of DER')
  return new X509Certificate(der)
}

/** Why a chain is not one that this environment's Maskinporten accepts; or the leaf. */
export function judgeChain(chain: readonly string[], nowMs: number): { leaf: X509Certificate } | { because: string } {
  let certificates: X509Certificate[]
  try {
    certificates = chain.map(readCertificate)
  } catch {
    return { because: 'x5c holds something that is no certificate: each is the base64 of its DER' }
  }
  const [leaf] = certificates
  if (!leaf) return { because: 'x5c is empty' }
  const now = new Date(nowMs)
  if (certificates.some(({ validToDate }) => validToDate < now)) return { because: 'the certificate has expired' }
  if (certificates.some(({ validFromDate }) => validFromDate > now)) return { because: 'the certificate is not valid yet' }
  for (const [at, certificate] of certificates.slice(0, -1).entries()) {
    const issuer = certificates[at + 1]
    if (!issuer?.ca || !certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) return { because: 'the chain does not hold together, leaf first' }
  }
  if (certificates.length === 1) return { because: leaf.subject === leaf.issuer ? 'the certificate is self-signed' : 'x5c holds the leaf alone: intermediate certificates are missing' }
  const top = certificates.at(-1) ?? leaf
  const leadsTo = (environment: Environment): boolean => {
    const root = new X509Certificate(derOf(issuerOf(environment).root.certificate))
    return top.fingerprint256 === root.fingerprint256 || (top.checkIssued(root) && top.verify(root.publicKey))
  }
  if (!leadsTo('test')) return { because: leadsTo('production') ? 'a certificate for production is not accepted in test' : 'the chain does not lead to an issuer that is trusted here' }
  if (leaf.ca) return { because: 'the leaf is an authority' }
  if (revoked.has(leaf.fingerprint256)) return { because: 'the issuer has revoked the certificate' }
  if (leaf.raw.includes(Buffer.from(asn1.oidToDer(PSD2).getBytes(), 'latin1'))) return { because: 'a QC eSeal made for PSD2 is not accepted' }
  return { leaf }
}

/** The organisation number in a business certificate's subject: SEID 2.0 (ETSI EN 319 412-1 §5.1.4), or SEID 1.0's serialNumber. */
export const organisationOf = ({ subject }: X509Certificate): string | null =>
  /(?:^|\n)(?:organizationIdentifier|2\.5\.4\.97)=NTRNO-(\d{9})(?:\n|$)/.exec(subject)?.[1] ?? /(?:^|\n)serialNumber=(\d{9})(?:\n|$)/.exec(subject)?.[1] ?? null
