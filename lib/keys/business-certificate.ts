import type { KeyObject, X509Certificate } from 'node:crypto'
import { Secret } from '@/lib/secret'
import { readCertificate, type Certificate } from './certificate'
import { FEWEST_BITS, type KeyMaterial } from './key-material'
import type { Pkcs12 } from './pkcs12'

/** Why a business certificate cannot be used, each for an operator to mend. */
export type CertificateProblem =
  | 'no-key' | 'no-certificate' | 'several-keys' | 'encryption-only' | 'not-rsa' | 'too-short'
  | 'psd2' | 'natural-person' | 'no-organisation' | 'other-organisation'
  | 'not-yet-valid' | 'expired' | 'unknown-issuer' | 'production-in-test' | 'test-in-production'
  | 'no-chain' | 'chain-expired'

/** What the certificate must fit: whose Maskinporten client it is for, and where. */
export type Rules = { readonly owner: string; readonly deployment: 'sandbox' | 'test' | 'production'; readonly now: Date }
export type BusinessKey = { readonly key: KeyMaterial } | { readonly problems: readonly CertificateProblem[] }

/**
 * The signing key in a container with its certificate chain, leaf first, as Maskinporten's `x5c` wants it. All that is
 * wrong is told at once.
 */
export function businessKeyIn(container: Pkcs12, rules: Rules): BusinessKey {
  const certificates = [...new Map(container.certificates.map((certificate) => [certificate.fingerprint256, certificate])).values()]
  const pairs = container.keys.flatMap((key) => certificates.filter((certificate) => certificate.checkPrivateKey(key)).map((certificate) => ({ key, certificate })))
  // An issuer may deliver a key for encryption beside the one that signs.
  const [pair, ...others] = pairs.filter(({ certificate }) => readCertificate(certificate).signs)
  if (!pair) return { problems: [container.keys.length === 0 ? 'no-key' : pairs.length === 0 ? 'no-certificate' : 'encryption-only'] }
  if (others.length > 0) return { problems: ['several-keys'] }

  const leaf = readCertificate(pair.certificate)
  const issuers = issuersOf(pair.certificate, certificates)
  const problems = [...judge(leaf, rules), ...judgeChain(issuers.map(readCertificate), rules.now)]
  return problems.length > 0 ? { problems } : { key: materialOf(pair.key, leaf, [pair.certificate, ...issuers]) }
}

/** The rules for the certificate itself. */
export function judge(leaf: Certificate, { owner, deployment, now }: Rules): readonly CertificateProblem[] {
  const problems: CertificateProblem[] = []
  if (leaf.bits === null) problems.push('not-rsa')
  else if (leaf.bits < FEWEST_BITS) problems.push('too-short')
  if (leaf.psd2) problems.push('psd2')
  if (leaf.naturalPerson) problems.push('natural-person')
  else if (!leaf.psd2 && leaf.organisation === null) problems.push('no-organisation')
  else if (!leaf.psd2 && leaf.organisation !== owner) problems.push('other-organisation')
  if (now < leaf.from) problems.push('not-yet-valid')
  if (now > leaf.to) problems.push('expired')
  // The sandbox has an issuer of its own; a real production certificate has no business there either.
  if (leaf.issuer === 'unknown' && deployment !== 'sandbox') problems.push('unknown-issuer')
  if (leaf.issuer === 'production' && deployment !== 'production') problems.push('production-in-test')
  if (leaf.issuer === 'test' && deployment === 'production') problems.push('test-in-production')
  return problems
}

const judgeChain = (issuers: readonly Certificate[], now: Date): readonly CertificateProblem[] =>
  issuers.length === 0 ? ['no-chain'] : issuers.some(({ from, to }) => now < from || now > to) ? ['chain-expired'] : []

/** From the issuer of the leaf upwards, as far as the container goes; each has signed the one before it. */
function issuersOf(leaf: X509Certificate, all: readonly X509Certificate[]): readonly X509Certificate[] {
  const chain: X509Certificate[] = []
  for (let below = leaf; ; ) {
    const above = all.find((it) => it !== leaf && !chain.includes(it) && below.checkIssued(it) && below.verify(it.publicKey))
    if (!above) return chain
    chain.push(above)
    below = above
  }
}

function materialOf(key: KeyObject, { fingerprint, bits, from, to }: Certificate, chain: readonly X509Certificate[]): KeyMaterial {
  return {
    id: fingerprint,
    alg: 'RS256',
    header: { x5c: chain.map(({ raw }) => raw.toString('base64')) },
    bits: bits ?? 0,
    since: from,
    expiresAt: to,
    jwk: new Secret(JSON.stringify(key.export({ format: 'jwk' }))),
  }
}
