import type { X509Certificate } from 'node:crypto'
import forge from 'node-forge'

/** What a certificate says of itself, as far as our rules ask. */
export type Certificate = {
  /** Of SHA-256, in hexadecimal pairs: as `openssl x509 -fingerprint -sha256` prints it. */
  readonly fingerprint: string
  /** Nine digits; null when it names no Norwegian organisation. */
  readonly organisation: string | null
  readonly issuer: 'production' | 'test' | 'unknown'
  readonly from: Date
  readonly to: Date
  /** Of its RSA key; null for a key of another kind. */
  readonly bits: number | null
  /** True when its key may sign; false for one that is for encryption only. */
  readonly signs: boolean
  readonly psd2: boolean
  readonly naturalPerson: boolean
}

const { asn1 } = forge
const KEY_USAGE = '2.5.29.15'
const QC_STATEMENTS = '1.3.6.1.5.5.7.1.3'
/** ETSI TS 119 495 §5.1: the statement that makes it a certificate for payment services. */
const PSD2 = '0.4.0.19495.2'
/** ETSI EN 319 412-5 §4.2.3: a certificate for a person's own signature. */
const FOR_A_PERSON = '0.4.0.1862.1.6.1'
/** RFC 5280 §4.2.1.3: digitalSignature and nonRepudiation (contentCommitment). */
const SIGNING_BITS = 0x80 | 0x40

/** Reads a certificate. Names and numbers are taken as SEID 1 and SEID 2.0 write them. */
export function readCertificate(x509: X509Certificate): Certificate {
  const extensions = extensionsOf(x509.raw)
  const statements = oidsIn(extensions.get(QC_STATEMENTS))
  const subject = attributesOf(x509.subject)
  const usage = extensions.get(KEY_USAGE)
  return {
    fingerprint: x509.fingerprint256,
    organisation: organisationOf(subject),
    issuer: issuerOf(attributesOf(x509.issuer)),
    from: new Date(x509.validFrom),
    to: new Date(x509.validTo),
    bits: x509.publicKey.asymmetricKeyType === 'rsa' ? (x509.publicKey.asymmetricKeyDetails?.modulusLength ?? null) : null,
    signs: usage === undefined || (firstByteOf(usage) & SIGNING_BITS) !== 0,
    psd2: statements.has(PSD2) || (subject.get('organizationIdentifier') ?? '').startsWith('PSD'),
    naturalPerson: statements.has(FOR_A_PERSON) || subject.has('GN') || subject.has('SN') || /^(PNO|PAS|IDC|UN:NO)/.test(subject.get('serialNumber') ?? ''),
  }
}

/** Node writes a name as a line for each attribute. The first of a kind counts. */
function attributesOf(name: string): ReadonlyMap<string, string> {
  const pairs = name.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const)
  return new Map(pairs.reverse())
}

/** SEID 2.0 has `NTRNO-` and nine digits; before it the serial number was the nine digits, or they ended the organisation's name. */
function organisationOf(subject: ReadonlyMap<string, string>): string | null {
  const [, seid2] = /^NTRNO-(\d{9})$/.exec(subject.get('organizationIdentifier') ?? '') ?? []
  const [seid1] = /^\d{9}$/.exec(subject.get('serialNumber') ?? '') ?? []
  const [, ...inName] = /-\s*(\d{3}) ?(\d{3}) ?(\d{3})$/.exec(subject.get('O') ?? '') ?? []
  return seid2 ?? seid1 ?? (inName.join('') || null)
}

/** Maskinporten accepts these two issuers; both say "test" in the name of what is for test. */
function issuerOf(issuer: ReadonlyMap<string, string>): Certificate['issuer'] {
  if (!/^(Buypass|Commfides)\b/.test(issuer.get('O') ?? '')) return 'unknown'
  return /\btest\d*\b/i.test(issuer.get('CN') ?? '') ? 'test' : 'production'
}

/** The extensions of a certificate by their number (RFC 5280 §4.1). */
function extensionsOf(der: Uint8Array): ReadonlyMap<string, forge.asn1.Asn1> {
  const [toBeSigned] = partsOf(asn1.fromDer(Buffer.from(der).toString('latin1')))
  const wrapper = partsOf(toBeSigned).find(({ tagClass, type }) => tagClass === asn1.Class.CONTEXT_SPECIFIC && Number(type) === 3)
  return new Map(
    partsOf(partsOf(wrapper)[0]).flatMap((extension) => {
      const parts = partsOf(extension)
      const [name, value] = [parts[0], parts.at(-1)]
      return name && value && typeof value.value === 'string' ? [[oidOf(name), asn1.fromDer(value.value)] as const] : []
    }),
  )
}

const partsOf = (value: forge.asn1.Asn1 | undefined): readonly forge.asn1.Asn1[] => (Array.isArray(value?.value) ? value.value : [])
const oidOf = ({ value }: forge.asn1.Asn1): string => asn1.derToOid(value as string)
/** The first byte of a bit string, behind the one that counts unused bits. */
const firstByteOf = ({ value }: forge.asn1.Asn1): number => (typeof value === 'string' ? value.charCodeAt(1) : 0)

/** Every object identifier within, at any depth. */
function oidsIn(value: forge.asn1.Asn1 | undefined): ReadonlySet<string> {
  if (!value) return new Set()
  if (value.tagClass === asn1.Class.UNIVERSAL && value.type === asn1.Type.OID) return new Set([oidOf(value)])
  return new Set(partsOf(value).flatMap((part) => [...oidsIn(part)]))
}
