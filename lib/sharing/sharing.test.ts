import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { systemClock } from '@/lib/clock'
import { newCorrelationId } from '@/lib/correlation-id'
import { deriveKey } from '@/lib/sealed'
import { Secret } from '@/lib/secret'
import { aSource } from '@/lib/testing/fakes'
import { freshDatabase } from '@/lib/testing/database'
import { aCustomer, anAdviser, figures } from '@/lib/testing/sharing'
import { leaveShare, stopShare } from './end-share'
import { lookAtShare } from './look-at-share'
import { LIMITS, openShare, type OpenShareDeps } from './open-share'
import { createOpenShareStore } from './open-share-store'
import { createShareStore } from './share-store'
import { codeForScreen, startShare } from './start-share'

const database = await freshDatabase({ timeZone: 'Asia/Kathmandu' })
const instance = (db = database.db) => ({ clock: systemClock, sessionLimits: { idleMinutes: 15, maxMinutes: 120 }, shares: createShareStore(db), openShares: createOpenShareStore(db), shareCodeKey: new Uint8Array(32).fill(7) })
const [here, there] = [instance(), instance(database.another())]
const opening = (but: Partial<OpenShareDeps> = {}): OpenShareDeps => ({ ...there, purposes: ['Lånesøknad'], ...but })
const errand = { purpose: 'Lånesøknad', otherPurpose: '', caseNumber: '2026/17' }
const correlationId = newCorrelationId()
const source = aSource()
const told = async (subjectRef: string) => (await database.events()).filter((event) => event.subjectRef === subjectRef && /^share|shown/.test(event.type)).map(({ type, outcome }) => (outcome ? `${type}: ${outcome}` : type))
const wrongly = (code: string) => (code.endsWith('2') ? `${code.slice(0, -1)}3` : `${code.slice(0, -1)}2`)

/** Somebody who shares, and what stands on their screen. */
async function aSharer() {
  const customer = await aCustomer(database)
  const { token, session } = customer
  const start = (invitationId: string | null = null) => startShare(here, { session, token, invitationId, correlationId })
  const onScreen = async () => {
    const share = await there.shares.ofSession(session.tokenHash)
    if (!share?.codeSealed) throw new Error('no code waits')
    return { id: share.id, code: codeForScreen(share.codeSealed, share.id, token).reveal(), codeSealed: share.codeSealed }
  }
  return { ...customer, start, onScreen }
}
const by = async (but = {}) => ({ ...(await anAdviser(database, but)), errand, address: randomUUID(), correlationId })

describe('from one screen to the other', () => {
  test('the customer reads out a code, the adviser types it and sees the same figures, until the customer stops', async () => {
    const nora = await aSharer()
    expect(await nora.start()).toMatchObject({ ok: true })
    const { code, id } = await nora.onScreen()
    const ragnhild = await by()
    const opened = await openShare(opening(), { ...ragnhild, code: ` ${code.slice(0, 4).toLowerCase()} ${code.slice(4)}` })
    expect(opened).toEqual({ ok: true, value: id })
    const look = (as = ragnhild, at = here) => lookAtShare(at, { source, shareId: id, ...as })
    expect(await look()).toMatchObject({ value: figures })
    expect(await look(ragnhild, there)).toMatchObject({ value: figures })
    expect(await here.shares.ofSession(nora.session.tokenHash)).toMatchObject({ unit: 'Storgata', purpose: 'Lånesøknad', caseNumber: '2026/17', staffRef: ragnhild.adviser.staffRef, codeSealed: null })
    expect(await stopShare(here, { token: nora.token, correlationId })).toBe(true)
    expect(await look()).toBeNull()
    expect(await told(nora.session.subjectRef)).toEqual(['share.started: by-code', 'share.opened', 'reading.shown', 'reading.shown', 'share.ended: stopped'])
  })

  test('the adviser may leave; the code is used all the same', async () => {
    const nora = await aSharer()
    await nora.start()
    const [{ code, id }, ragnhild] = [await nora.onScreen(), await by()]
    await openShare(opening(), { ...ragnhild, code })
    expect(await leaveShare(there, { shareId: id, ...ragnhild })).toBe(true)
    expect(await openShare(opening(), { ...(await by()), code })).toMatchObject({ reason: 'wrong-code' })
    expect(await lookAtShare(here, { source, shareId: id, ...ragnhild })).toBeNull()
  })

  test('nobody but the customer’s own cookie shows their code, and nobody but the adviser’s opens the figures', async () => {
    const [nora, ragnhild] = [await aSharer(), await by()]
    await nora.start()
    const { code, id, codeSealed } = await nora.onScreen()
    expect(() => codeForScreen(codeSealed, id, new Secret('another cookie'))).toThrow()
    expect(() => codeForScreen(codeSealed, randomUUID(), nora.token)).toThrow()
    await openShare(opening(), { ...ragnhild, code })
    await expect(lookAtShare(here, { source, shareId: id, ...ragnhild, readerKey: deriveKey('another cookie', 'reading') })).rejects.toThrow()
  })

  test('nobody shares what they have not read, or begins without end', async () => {
    const [nora, stranger] = [await aSharer(), new Secret('nobody’s cookie')]
    expect(await startShare(here, { session: nora.session, token: stranger, invitationId: null, correlationId })).toMatchObject({ reason: 'nothing-to-share' })
    for (let time = 0; time < 25; time++) await here.openShares.count([{ name: `customer:${nora.session.subjectRef}`, most: 20 }], systemClock.now(), 15)
    expect(await nora.start()).toMatchObject({ reason: 'too-many' })
  })
})

describe('what opens nothing', () => {
  test('a wrong code five times: then the right one is dead too', async () => {
    const nora = await aSharer()
    await nora.start()
    const { code } = await nora.onScreen()
    const ragnhild = await by()
    for (let time = 0; time < 5; time++) expect(await openShare(opening(), { ...ragnhild, code: wrongly(code) })).toMatchObject({ reason: 'wrong-code' })
    expect(await openShare(opening(), { ...ragnhild, code })).toMatchObject({ reason: 'wrong-code' })
    expect(await told(nora.session.subjectRef)).toEqual(['share.started: by-code', ...Array.from({ length: 5 }, () => 'share.refused: wrong-code'), 'share.ended: code-dead'])
  })

  test('what is no code at all, a missing errand, or another role: the customer’s code is not touched', async () => {
    const nora = await aSharer()
    await nora.start()
    const { code } = await nora.onScreen()
    const ragnhild = await by()
    for (const typed of ['', 'ABC', '12345678', `${code}X`]) expect(await openShare(opening(), { ...ragnhild, code: typed })).toMatchObject({ reason: 'wrong-code' })
    expect(await openShare(opening(), { ...ragnhild, code, errand: { ...errand, purpose: '' } })).toMatchObject({ reason: 'no-purpose' })
    expect(await openShare(opening(), { ...ragnhild, code, errand: { ...errand, caseNumber: '158190 10029' } })).toMatchObject({ reason: 'looks-personal' })
    expect(await openShare(opening(), { ...ragnhild, code, errand: null })).toMatchObject({ reason: 'no-errand' })
    for (const roles of [[], ['auditor'], ['admin', 'auditor']] as const) expect(await openShare(opening(), { ...(await by({ roles })), code })).toMatchObject({ reason: 'not-an-adviser' })
    expect(await openShare(opening(), { ...ragnhild, code })).toMatchObject({ ok: true })
  })

  const forbidden: ['own' | 'protected', (subjectRef: string) => Promise<{ nationalIdFingerprint?: Uint8Array<ArrayBuffer> }>, (subjectRef: string) => Promise<unknown>][] = [
    ['own', async (ref) => ({ nationalIdFingerprint: new Uint8Array((await database.asOwner('SELECT "fingerprint" FROM "Subject" WHERE "ref" = $1', [ref]))[0]?.fingerprint as Buffer) }), async () => undefined],
    ['protected', async (ref) => { await database.asOwner('INSERT INTO "ProtectedPerson" ("fingerprint", "addedAt", "addedBy") SELECT "fingerprint", now(), gen_random_uuid() FROM "Subject" WHERE "ref" = $1', [ref]); return {} }, () => database.asOwner('DELETE FROM "ProtectedPerson"')],
  ]
  test.each(forbidden)('a code to figures that are %s: it is told, and the code is not spent', async (why, makeIt, undo) => {
    const nora = await aSharer()
    await nora.start()
    const [{ code }, she] = [await nora.onScreen(), await by(await makeIt(nora.session.subjectRef))]
    for (let time = 0; time < 6; time++) expect(await openShare(opening(), { ...she, code })).toMatchObject({ reason: why })
    expect((await told(nora.session.subjectRef)).filter((line) => line === `share.refused: ${why}`)).toHaveLength(6)
    await undo(nora.session.subjectRef)
    expect(await openShare(opening(), { ...(await by()), code })).toMatchObject({ ok: true })
  })

  test('more tries than one adviser, or one address, has', async () => {
    const [ragnhild, rolf] = [await by(), await by()]
    const spend = (name: string, times: number) => Promise.all(Array.from({ length: times }, () => here.openShares.count([{ name, most: times }], systemClock.now(), LIMITS.minutes)))
    await spend(`adviser:${ragnhild.adviser.staffRef}`, LIMITS.adviser)
    await spend(`address:${rolf.address}`, LIMITS.address)
    for (const who of [ragnhild, rolf]) expect(await openShare(opening(), { ...who, code: 'K7QM9XTR' })).toMatchObject({ reason: 'too-many-tries' })
  })

  test('the right code when the customer is gone in the meantime', async () => {
    const nora = await aSharer()
    await nora.start()
    const { code } = await nora.onScreen()
    const ragnhild = await by()
    const leaving = { ...there.openShares, guard: async () => { await stopShare(here, { token: nora.token, correlationId }); return null } }
    expect(await openShare(opening({ openShares: leaving }), { ...ragnhild, code })).toMatchObject({ reason: 'over' })
  })
})

test('nothing in the database shows the code or the figures, waiting or open', async () => {
  const nora = await aSharer()
  await nora.start()
  const { code } = await nora.onScreen()
  const dump = async () => {
    const tables = await database.asOwner(`SELECT schemaname || '."' || tablename || '"' AS name FROM pg_tables WHERE schemaname IN ('public', 'audit_parts')`)
    return (await Promise.all(tables.map(({ name }) => database.asOwner(`SELECT t::text AS row FROM ${String(name)} t`)))).flat().map(({ row }) => String(row)).join('\n')
  }
  const hex = (text: string) => Buffer.from(text).toString('hex')
  const canaries = [code, hex(code), Buffer.from(code).toString('base64').replace(/=+$/, ''), '1305523', hex('1305523')]
  const waiting = await dump()
  await openShare(opening(), { ...(await by()), code })
  const open = await dump()
  for (const canary of canaries) expect([waiting.includes(canary), open.includes(canary)], canary).toEqual([false, false])
})
