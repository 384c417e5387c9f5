import { createHash, generateKeyPairSync, randomBytes, X509Certificate, type KeyObject } from 'node:crypto'
import forge from 'node-forge'
import { z } from 'zod'

const { asn1, pki } = forge
type Holder = { readonly certificate: forge.pki.Certificate; readonly key: forge.pki.rsa.PrivateKey }

/** What somebody asks the authority for. The kinds other than `business` are those that Maskinporten must refuse. */
export const certificateOrder = z.strictObject({
  orgNumber: z.string().regex(/^\d{9}$/, 'nine digits'),
  kind: z.enum(['business', 'expired', 'not-yet', 'psd2', 'production']).default('business'),
  password: z.string().min(1).max(100).default('sandkasse'),
})
export type CertificateOrder = z.output<typeof certificateOrder>
export type IssuedCertificate = { /** PKCS#12 in base64, as the issuers deliver it. */ p12: string; password: string; /** Leaf first. */ chain: readonly string[] }

/** ETSI TS 119 495: marks a certificate that was made for payment services. */
const PSD2 = '0.4.0.19495.2'
const QC_STATEMENTS = '1.3.6.1.5.5.7.1.3'

const utf8 = asn1.Type.UTF8 as unknown as forge.asn1.Class
const types: Readonly<Record<string, string>> = { C: '2.5.4.6', O: '2.5.4.10', CN: '2.5.4.3', organizationIdentifier: '2.5.4.97' }
const named = (name: Readonly<Record<string, string>>) => Object.entries(name).map(([key, value]) => ({ type: types[key] ?? key, value, valueTagClass: utf8 }))

/** The names that the issuer of each environment writes; the keys behind them are this sandbox's own. */
const issuers = {
  test: { C: 'NO', O: 'Buypass AS', organizationIdentifier: 'NTRNO-983163327', CN: 'Buypass Class 3 Test4 CA G2 ST Business' },
  production: { C: 'NO', O: 'Buypass AS', organizationIdentifier: 'NTRNO-983163327', CN: 'Buypass Class 3 CA G2 ST Business' },
}

type Terms = { from: Date; to: Date; isAuthority?: boolean; psd2?: boolean }
function issue(subject: Readonly<Record<string, string>>, issuer: { name: Readonly<Record<string, string>>; key: forge.pki.rsa.PrivateKey } | null, { from, to, isAuthority = false, psd2 = false }: Terms): Holder {
  const pair = generateKeyPairSync('rsa', { modulusLength: 3072 })
  const pem = (half: KeyObject): string => half.export({ format: 'pem', type: 'pkcs1' }).toString()
  const key = pki.privateKeyFromPem(pem(pair.privateKey))
  const certificate = pki.createCertificate()
  certificate.publicKey = pki.publicKeyFromPem(pem(pair.publicKey))
  certificate.serialNumber = `00${randomBytes(8).toString('hex')}`
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

function foundIssuer(environment: keyof typeof issuers): Issuer {
  const [from, to] = [new Date(Date.now() - 3 * YEAR), new Date(Date.now() + 10 * YEAR)]
  const rootName = { C: 'NO', O: 'Buypass AS', CN: `Sandbox ${environment} root` }
  const root = issue(rootName, null, { from, to, isAuthority: true })
  return { root, middle: issue(issuers[environment], { name: rootName, key: root.key }, { from, to, isAuthority: true }) }
}

const found = new Map<string, Issuer>()
function issuerOf(environment: keyof typeof issuers): Issuer {
  const known = found.get(environment) ?? foundIssuer(environment)
  found.set(environment, known)
  return known
}

const derOf = (certificate: forge.pki.Certificate): Buffer => Buffer.from(asn1.toDer(pki.certificateToAsn1(certificate)).getBytes(), 'latin1')

/** Makes a business certificate with its key and chain, as Buypass would deliver it. Takes a second the first time. */
export function issueCertificate({ orgNumber, kind, password }: CertificateOrder): IssuedCertificate {
  const environment = kind === 'production' ? 'production' : 'test'
  const { root, middle } = issuerOf(environment)
  const now = Date.now()
  const [from, to] = kind === 'expired' ? [now - 3 * YEAR, now - 86_400_000] : kind === 'not-yet' ? [now + 86_400_000, now + 3 * YEAR] : [now - 86_400_000, now + 3 * YEAR]
  const subject = { C: 'NO', O: `Virksomhet ${orgNumber}`, organizationIdentifier: `NTRNO-${orgNumber}`, CN: `Virksomhet ${orgNumber}` }
  const leaf = issue(subject, { name: issuers[environment], key: middle.key }, { from: new Date(from), to: new Date(to), psd2: kind === 'psd2' })
  const chain = [leaf.certificate, middle.certificate, root.certificate]
  const container = forge.pkcs12.toPkcs12Asn1(leaf.key, chain, password, { algorithm: 'aes256', friendlyName: createHash('sha256').update(orgNumber).digest('hex').slice(0, 8) })
  return { p12: Buffer.from(asn1.toDer(container).getBytes(), 'latin1').toString('base64'), password, chain: chain.map((certificate) => derOf(certificate).toString('base64')) }
}

/** Why a chain is not one that this environment's Maskinporten accepts; or the leaf. Revocation is not simulated. */
export function judgeChain(chain: readonly string[], nowMs: number): { leaf: X509Certificate } | { because: string } {
  let certificates: X509Certificate[]
  try {
    certificates = chain.map((der) => new X509Certificate(Buffer.from(der, 'base64')))
  } catch {
    return { because: 'x5c holds something that is no certificate' }
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
  const top = certificates.at(-1)
  const root = new X509Certificate(derOf(issuerOf('test').root.certificate))
  const trusted = top !== undefined && (top.fingerprint256 === root.fingerprint256 || (top.checkIssued(root) && top.verify(root.publicKey)))
  if (!trusted || certificates.length === 1) return { because: 'the certificate does not lead to an issuer of this environment, or intermediate certificates are missing' }
  if (leaf.ca) return { because: 'the leaf is an authority' }
  if (leaf.raw.includes(Buffer.from(asn1.oidToDer(PSD2).getBytes(), 'latin1'))) return { because: 'a QC eSeal made for PSD2 is not accepted' }
  return { leaf }
}

/** The organisation number in a business certificate's subject (ETSI EN 319 412-1 §5.1.4). */
export const organisationOf = ({ subject }: X509Certificate): string | null => /(?:organizationIdentifier|2\.5\.4\.97)=NTRNO-(\d{9})(?:\n|$)/.exec(subject)?.[1] ?? null
