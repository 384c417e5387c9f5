import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { decodeJwt } from 'jose'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '@/lib/clock'
import { businessKeyIn, type Rules } from '@/lib/keys/business-certificate'
import { createKeyRing } from '@/lib/keys/key-ring'
import { openPkcs12 } from '@/lib/keys/pkcs12'
import { readPrivateJwks } from '@/lib/keys/private-jwk'
import { importSigningKey } from '@/lib/keys/signing-key'
import { fail } from '@/lib/result'
import { Secret } from '@/lib/secret'
import { after } from '@/lib/testing/builders'
import { leaseInMemory, logKept } from '@/lib/testing/fakes'
import { aKeyPair } from '@/lib/testing/key-pairs'
import { aSandbox, BANK, SCOPE, SUPPLIER } from '@/lib/testing/sandbox'

const [sandbox, asSupplier] = await Promise.all([aSandbox(), aSandbox({ supplier: true })])
const clientIds = { bank: '11111111-2222-4333-8444-555555555555', supplier: '66666666-7777-4888-9999-000000000000' }
afterEach(async () => {
  await Promise.all([sandbox.reset(), asSupplier.reset()])
})
const register = (keys: readonly object[], more: { postedAt?: Date } = {}) => sandbox.control('PUT', `clients/${clientIds.bank}/keys`, { keys, ...more })

type Ordered = { p12: string; password: string }
const order = (orgNumber: string, kind = 'business', at = sandbox) => at.control<Ordered>('POST', 'certificates', { orgNumber, kind, password: 'blåbær' })
async function keyIn({ p12, password }: Ordered, rules: Partial<Rules> = {}) {
  const container = openPkcs12(Buffer.from(p12, 'base64'), password)
  if (!container.ok) throw new Error(container.reason)
  return businessKeyIn(container.value, { owner: BANK, deployment: 'test', now: systemClock.now(), ...rules })
}
/** As if our own rules had let it through. */
function signingRegardless({ p12, password }: Ordered, { withChain = true } = {}) {
  const container = openPkcs12(Buffer.from(p12, 'base64'), password)
  if (!container.ok) throw new Error(container.reason)
  const { keys: [key], certificates } = container.value
  const leaf = key && certificates.find((it) => it.checkPrivateKey(key))
  if (!leaf) throw new Error('no key')
  const [middle, root] = [certificates.find((it) => leaf.checkIssued(it)), certificates.find((it) => it.checkIssued(it))]
  const chain = [leaf, ...(withChain ? [middle, root] : [])].flatMap((it) => (it ? [it.raw.toString('base64')] : []))
  return importSigningKey({ id: leaf.fingerprint256, alg: 'RS256', header: { x5c: chain }, jwk: new Secret(JSON.stringify(key.export({ format: 'jwk' }))) })
}

describe('a business certificate', () => {
  test('gets a token for a client that has no registered key', async () => {
    await register([])
    const found = await keyIn(await order(BANK))
    const key = 'key' in found && (await importSigningKey(found.key))
    if (!key) throw new Error('refused by ourselves')
    const token = await sandbox.adapters({ maskinporten: { signingKey: async () => key } }).maskinporten.accessToken(SCOPE)
    expect(token.ok && decodeJwt(token.value.reveal())).toMatchObject({ client_amr: 'virksomhetssertifikat', consumer: { ID: `0192:${BANK}` } })
  })

  test('of a supplier gets one for the bank', async () => {
    await asSupplier.control('PUT', `clients/${clientIds.supplier}/keys`, { keys: [] })
    const found = await keyIn(await order(SUPPLIER, 'business', asSupplier), { owner: SUPPLIER })
    const key = 'key' in found && (await importSigningKey(found.key))
    if (!key) throw new Error('refused by ourselves')
    const token = await asSupplier.adapters({ maskinporten: { signingKey: async () => key } }).maskinporten.accessToken(SCOPE)
    expect(token.ok && decodeJwt(token.value.reveal())).toMatchObject({ client_amr: 'virksomhetssertifikat', consumer: { ID: `0192:${BANK}` }, supplier: { ID: `0192:${SUPPLIER}` } })
  })

  test.each([['expired', 'expired'], ['not-yet', 'not-yet-valid'], ['psd2', 'psd2'], ['production', 'production-in-test']])('that is %s is refused by us before Maskinporten sees it', async (kind, problem) => {
    expect(await keyIn(await order(BANK, kind))).toEqual({ problems: [problem] })
  })

  test.each([['expired', BANK, 'MP-120'], ['psd2', BANK, 'MP-120'], ['production', BANK, 'MP-120'], ['business', SUPPLIER, 'MP-122']])('that is %s and for %s would be refused there too: ours to mend, and said how', async (kind, owner, code) => {
    await register([])
    const signing = await signingRegardless(await order(owner, kind))
    const { maskinporten, log } = sandbox.adapters({ maskinporten: { signingKey: async () => signing } })
    expect(await maskinporten.accessToken(SCOPE)).toMatchObject({ reason: 'maskinporten-misconfigured', detail: expect.stringMatching(new RegExp(`${code}: .*certificate`)) as string })
    expect(log.lines[0]).toMatchObject({ fields: { kid: signing.id, detail: expect.stringContaining('certificate') as string } })
  })

  test('without its chain is refused there', async () => {
    await register([])
    const signing = await signingRegardless(await order(BANK), { withChain: false })
    expect(await sandbox.adapters({ maskinporten: { signingKey: async () => signing } }).maskinporten.accessToken(SCOPE)).toMatchObject({ detail: expect.stringContaining('MP-120') as string })
  })

  test('for a client that has a registered key is refused, with what to do', async () => {
    const signing = await signingRegardless(await order(BANK))
    expect(await sandbox.adapters({ maskinporten: { signingKey: async () => signing } }).maskinporten.accessToken(SCOPE)).toMatchObject({ reason: 'maskinporten-misconfigured', detail: expect.stringContaining('MASKINPORTEN_JWK') as string })
  })
})

describe('while one key follows another', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'saldosyn-rotation-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  test('nobody is refused: both are posted, they change places, the old one goes', async () => {
    const [old, next] = await Promise.all([aKeyPair('bank-2026'), aKeyPair('bank-2027')])
    const file = path.join(folder, 'keys')
    const write = (...pairs: (typeof old)[]) => writeFileSync(file, JSON.stringify({ keys: pairs.map(({ privateJwk }) => privateJwk) }))
    write(old)
    const again = () => {
      const keys = readPrivateJwks(readFileSync(file, 'utf8'))
      return keys.ok ? keys : fail('not-usable', keys.reason)
    }
    const first = again()
    if (!first.ok) throw new Error(first.detail)
    const ring = createKeyRing({ setting: 'MASKINPORTEN_JWK', files: [file], keys: first.value, again }, { clock: systemClock, log: logKept() })
    const lease = leaseInMemory(systemClock)
    const { maskinporten } = sandbox.adapters({ lease, maskinporten: { signingKey: ring.signingKey } })
    const consents: boolean[] = []
    const ask = async () => {
      const token = await maskinporten.accessToken(SCOPE)
      if (token.ok) await maskinporten.refused(SCOPE, token.value) // the next one asks anew
      consents.push(token.ok)
    }

    await register([old.publicJwk])
    await ask()
    await register([old.publicJwk, next.publicJwk])
    for (const pairs of [[old, next], [next, old], [next]]) {
      write(...pairs)
      await Promise.all([ask(), ring.refresh(), ask()])
      await ask()
    }
    await register([next.publicJwk])
    await ask()
    expect(consents).toEqual(Array.from({ length: 11 }, () => true))
    expect([(await ring.signingKey()).id, lease.keys.size]).toEqual(['bank-2027', 2])
    expect(new Set((await sandbox.requests('maskinporten', 'token')).map(({ status }) => status))).toEqual(new Set([200]))
  })

  test('one that was posted more than a year ago is said to be', async () => {
    await register([sandbox.key.publicJwk], { postedAt: after(systemClock.now(), { hours: -24 * 366 }) })
    const { maskinporten, log } = sandbox.adapters({ maskinporten: { otherKeys: () => ['bank-2027'] } })
    expect(await maskinporten.accessToken(SCOPE)).toMatchObject({ reason: 'maskinporten-misconfigured', detail: expect.stringMatching(/MP-121: .*post it again/) as string })
    expect(log.lines.at(-1)).toMatchObject({ level: 'error', fields: { kid: ['bank-2026', 'bank-2027'] } })
  })
})

describe('a supplier', () => {
  test('to whom the bank has not delegated is told who must do what', async () => {
    await asSupplier.control('PUT', 'delegations', [])
    const { maskinporten, log } = asSupplier.adapters()
    expect(await maskinporten.accessToken(SCOPE)).toMatchObject({ reason: 'maskinporten-misconfigured', detail: expect.stringMatching(/MP-251: the bank has not delegated/) as string })
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { code: 'access_denied MP-251', detail: expect.stringContaining('in Altinn') as string } }])
  })

  test('that forgot to say for which bank asks for itself, which has not been given the scope', async () => {
    const { maskinporten } = asSupplier.adapters({ maskinporten: { consumerOrg: undefined } })
    expect(await maskinporten.accessToken(SCOPE)).toMatchObject({ reason: 'maskinporten-misconfigured', detail: expect.stringMatching(/MP-250: .*SUPPLIER_ORG_NUMBER/) as string })
  })

  test('with the bank’s own client is told that it is the same organisation twice', async () => {
    const { maskinporten } = sandbox.adapters({ maskinporten: { consumerOrg: BANK } })
    expect(await maskinporten.accessToken(SCOPE)).toMatchObject({ reason: 'maskinporten-misconfigured', detail: expect.stringMatching(/^invalid_request: the client belongs to the bank itself/) as string })
  })

  test('is told the same when it asks with a consent: that is no reason to doubt the consent', async () => {
    await asSupplier.control('PUT', 'delegations', [])
    const { maskinporten } = asSupplier.adapters()
    const consent = { type: 'urn:altinn:consent', id: '7d1f0a52-5c1e-4f2b-9a55-0d6f3a1b2c3d', from: 'urn:altinn:person:identifier-no:15819010029' } as const
    expect(await maskinporten.consentToken(SCOPE, consent, { once: false })).toMatchObject({ reason: 'maskinporten-misconfigured', detail: expect.stringContaining('MP-251') as string })
  })
})
