import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import forge from 'node-forge'
import { day } from './builders'

const { asn1, pki } = forge
const { Class, Type } = asn1
type Name = Readonly<Record<string, string>>
type Holder = { readonly certificate: forge.pki.Certificate; readonly key: forge.pki.rsa.PrivateKey }

/** Names as the two issuers write them. */
export const issuers = {
  buypassTest: { C: 'NO', O: 'Buypass AS', '2.5.4.97': 'NTRNO-983163327', CN: 'Buypass Class 3 Test4 CA G2 ST Business' },
  buypass: { C: 'NO', O: 'Buypass AS', '2.5.4.97': 'NTRNO-983163327', CN: 'Buypass Class 3 CA G2 ST Business' },
  oldBuypassTest: { C: 'NO', O: 'Buypass AS-983163327', CN: 'Buypass Class 3 Test4 CA 3' },
  commfidesTest: { C: 'NO', O: 'Commfides Norge AS', '2.5.4.97': 'NTRNO-988312495', CN: 'Commfides Legal Person - G3 - TEST' },
  commfides: { C: 'NO', O: 'Commfides Norge AS', '2.5.4.97': 'NTRNO-988312495', CN: 'Commfides Legal Person - G3' },
  oldCommfidesTest: { C: 'NO', O: 'Commfides Norge AS - 988 312 495', CN: 'Commfides CPN Enterprise-Norwegian SHA256 CA - TEST2' },
  oldCommfides: { C: 'NO', O: 'Commfides Norge AS - 988 312 495', CN: 'CPN Enterprise SHA256 CLASS 3' },
  somebodyElse: { C: 'NO', O: 'Snekkerbua AS', CN: 'Snekkerbua CA' },
} as const satisfies Record<string, Name>

/** Attributes under the names that X.509 gives them; a number stands for itself. */
const typeOf: Readonly<Record<string, string>> = { C: '2.5.4.6', O: '2.5.4.10', CN: '2.5.4.3', serialNumber: '2.5.4.5', GN: '2.5.4.42', SN: '2.5.4.4' }
const attributes = (name: Name) => Object.entries(name).map(([key, value]) => ({ type: typeOf[key] ?? key, value, valueTagClass: Type.UTF8 as unknown as forge.asn1.Class }))

type KeyPair = { key: forge.pki.rsa.PrivateKey; publicKey: forge.pki.rsa.PublicKey }
const made = new Map<string, KeyPair>()
/** One key for each role and length: making them is what takes time. */
function keyOf(role: string, bits: number): KeyPair {
  const known = made.get(`${role} ${bits}`)
  if (known) return known
  const pair = generateKeyPairSync('rsa', { modulusLength: bits })
  const pem = (half: KeyObject) => half.export({ format: 'pem', type: 'pkcs1' }).toString()
  const fresh = { key: pki.privateKeyFromPem(pem(pair.privateKey)), publicKey: pki.publicKeyFromPem(pem(pair.publicKey)) }
  made.set(`${role} ${bits}`, fresh)
  return fresh
}

/** SEQUENCE OF SEQUENCE { number, [SEQUENCE OF number] }: how qcStatements are written. */
const statements = (of: readonly (readonly [string, ...string[]])[]): string => {
  const oid = (number: string) => asn1.create(Class.UNIVERSAL, Type.OID, false, asn1.oidToDer(number).getBytes())
  const sequence = (parts: forge.asn1.Asn1[]) => asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, parts)
  return asn1.toDer(sequence(of.map(([number, ...more]) => sequence([oid(number), ...(more.length > 0 ? [sequence(more.map(oid))] : [])])))).getBytes()
}

let serial = 1
type Terms = { role: string; bits?: number; from?: Date; to?: Date; usage?: object; qc?: Leaf['qc'] }
function aCertificate(subject: Name, issuer: { name: Name; key: forge.pki.rsa.PrivateKey } | null, { role, bits = 2048, from = day(-30), to = day(1_000), usage = {}, qc = [] }: Terms): Holder {
  const { key, publicKey } = keyOf(role, bits)
  const certificate = pki.createCertificate()
  Object.assign(certificate, { publicKey, serialNumber: String(serial++).padStart(4, '0') })
  certificate.validity.notBefore = from
  certificate.validity.notAfter = to
  certificate.setSubject(attributes(subject))
  certificate.setIssuer(attributes(issuer?.name ?? subject))
  certificate.setExtensions([{ name: 'keyUsage', critical: true, ...usage }, ...(qc.length > 0 ? [{ id: '1.3.6.1.5.5.7.1.3', value: statements(qc) }] : [])])
  certificate.sign(issuer?.key ?? key, forge.md.sha256.create())
  return { certificate, key }
}

export type Leaf = {
  subject: Name
  issuer: Name
  from: Date
  to: Date
  bits: number
  usage: { digitalSignature?: boolean; nonRepudiation?: boolean; keyEncipherment?: boolean }
  qc: readonly (readonly [string, ...string[]])[]
  chainTo: Date
  /** Another holder has another key. */
  role: string
}
export const bankName = { C: 'NO', O: 'Testbanken AS', '2.5.4.97': 'NTRNO-311111116', CN: 'Testbanken AS' }

/** A business certificate with its issuer and the issuer's root: of the bank, from Buypass for test, in order on day 0, unless told otherwise. */
export function aBusinessCertificate({ subject = bankName, issuer = issuers.buypassTest, chainTo = day(5_000), ...leaf }: Partial<Leaf> = {}) {
  const rootName = { C: 'NO', O: issuer.O ?? '', CN: 'A Root CA' }
  const long = { from: day(-900), to: chainTo, usage: { keyCertSign: true } }
  const root = aCertificate(rootName, null, { role: 'root', ...long })
  const middle = aCertificate(issuer, { name: rootName, key: root.key }, { role: 'middle', ...long })
  return { ...aCertificate(subject, { name: issuer, key: middle.key }, { role: 'leaf', usage: { digitalSignature: true }, ...leaf }), chain: [middle.certificate, root.certificate] }
}

type Contents = { key: forge.pki.rsa.PrivateKey | null; certificate?: forge.pki.Certificate; chain?: forge.pki.Certificate[] }
type Protection = { password?: string; algorithm?: '3des' | 'aes128' | 'aes256' }
/** The bytes of a PKCS#12 file. */
export function aContainer({ key, certificate, chain = [] }: Contents, { password = 'a-password', algorithm = 'aes256' }: Protection = {}): Buffer {
  const certificates = certificate ? [certificate, ...chain] : chain
  const container = forge.pkcs12.toPkcs12Asn1(key, certificates.length > 0 ? certificates : (null as never), password, { algorithm, count: 10 })
  return Buffer.from(asn1.toDer(container).getBytes(), 'latin1')
}
export const derOf = (certificate: forge.pki.Certificate): Buffer => Buffer.from(asn1.toDer(pki.certificateToAsn1(certificate)).getBytes(), 'latin1')
