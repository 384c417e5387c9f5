import { describe, expect, test } from 'vitest'
import { auditLines, exportAudit } from '@/cli/export-audit.mjs'
import { newAuditJwk } from '@/lib/testing/audit-keys'
import { aSealedLog, EACH, inRound, ROUNDS } from '@/lib/testing/sealed-log'
import { openAuditKey, trustKey } from './checkpoint.ts'
import { readDump } from './dump.ts'
import { verifyLog } from './verify.ts'

/** What the owner of the database may do to the log, and what the verification says of it. Each is undone afterwards. */
const { database, owner, jwk, auditKey, judged, tampered, sealAnew, kept, id } = await aSealedLog()
const stranger = newAuditJwk()

test('a log that nobody touched is whole', async () => {
  expect(await tampered('SELECT 1')).toEqual([])
  expect(await judged()).toMatchObject({ events: ROUNDS * EACH, pending: 0, checkpoints: ROUNDS, outside: ROUNDS, longestGap: 20, lastSigned: inRound(ROUNDS - 1, 15) })
})

describe('found, with its place:', () => {
  test('a field that was changed', async () => {
    expect(await tampered(`UPDATE "AuditEvent" SET "outcome" = 'ok' WHERE "id" = ${id(19)}`)).toEqual([
      { what: 'event-changed', position: 19, id: id(19), sealedAt: inRound(2, 3), at: inRound(2, 3) },
    ])
  })

  test('a time that was changed', async () => {
    expect(await tampered(`UPDATE "AuditEvent" SET "at" = "at" + interval '1 second' WHERE "id" = ${id(19)}`)).toEqual([
      { what: 'event-changed', position: 19, id: id(19), sealedAt: inRound(2, 3), at: inRound(2, 4) },
    ])
  })

  test('an event that was deleted, and several in a row', async () => {
    expect(await tampered(`DELETE FROM "AuditEvent" WHERE "id" = ${id(19)}`)).toEqual([{ what: 'events-gone', from: 19, to: 19, firstId: id(19), lastId: id(19), since: inRound(2, 3), until: inRound(2, 3) }])
    expect(await tampered(`DELETE FROM "AuditEvent" WHERE "id" BETWEEN ${id(7)} AND ${id(9)}`)).toEqual([{ what: 'events-gone', from: 7, to: 9, firstId: id(7), lastId: id(9), since: inRound(0, 7), until: inRound(1, 1) }])
  })

  test('an event that was deleted with its seal', async () => {
    expect(await tampered(`DELETE FROM "AuditEvent" WHERE "id" = ${id(19)}; DELETE FROM "AuditSeal" WHERE "position" = 19`)).toEqual([{ what: 'seals-gone', from: 19, to: 19 }])
  })

  test('an event that was deleted with its seal, and the gap closed', async () => {
    const closed = `DELETE FROM "AuditEvent" WHERE "id" = ${id(19)}; DELETE FROM "AuditSeal" WHERE "position" = 19;
      UPDATE "AuditSeal" SET "position" = -"position" - 1000 WHERE "position" > 19; UPDATE "AuditSeal" SET "position" = -"position" - 1001 WHERE "position" < 0`
    const unchecked = 'ALTER TABLE "AuditSeal" DROP CONSTRAINT "AuditSeal_position_check";'
    const findings = await tampered(unchecked + closed)
    expect(findings[0]).toEqual({ what: 'range-changed', from: 16, to: 23, since: inRound(1, 15), until: inRound(2, 15) })
    expect(findings).toContainEqual({ what: 'seals-gone', from: 47, to: 47 })
  })

  test('an end that was cut off: events, seals and checkpoints', async () => {
    const findings = await tampered(`DELETE FROM "AuditEvent" WHERE "id" >= ${id(40)}; DELETE FROM "AuditSeal" WHERE "position" >= 40; DELETE FROM "AuditCheckpoint" WHERE "size" > 40`)
    expect(findings).toEqual([
      { what: 'outside-not-in-log', count: 1, since: inRound(5, 15), until: inRound(5, 15) },
      { what: 'log-cut', size: 40, outsideSize: 48, outsideAt: inRound(5, 15) },
    ])
  })

  test('an event that was put in, back-dated: before the sealer came by', async () => {
    const findings = await tampered(async () => {
      await owner.query(`INSERT INTO "AuditEvent" ("bank", "at", "type", "actor", "correlationId", "xid") SELECT "bank", "at" - interval '1 day', "type", "actor", "correlationId", 1 FROM "AuditEvent" WHERE "id" = ${id(19)}`)
    })
    expect(findings).toMatchObject([{ what: 'event-never-sealed', at: new Date(inRound(2, 3).getTime() - 86_400_000) }])
  })

  test('an event that was put in, back-dated: after it was sealed as if it were new', async () => {
    let newest = 0
    const findings = await tampered(async () => {
      const { rows } = await owner.query<{ id: string; bank: string }>(`INSERT INTO "AuditEvent" ("bank", "at", "type", "actor", "correlationId") SELECT "bank", "at" - interval '1 hour', "type", "actor", "correlationId" FROM "AuditEvent" WHERE "id" = ${id(19)} RETURNING "id", "bank"`)
      newest = Number(rows[0]?.id)
      await sealAnew(auditKey, 48)
    })
    expect(findings).toEqual([{ what: 'event-out-of-time', position: 48, id: newest, at: new Date(inRound(2, 3).getTime() - 3_600_000), after: inRound(5, 15), before: inRound(6, 15) }])
  })

  test('two seals that changed places', async () => {
    const swap = `UPDATE "AuditSeal" SET "position" = 1000 WHERE "position" = 19; UPDATE "AuditSeal" SET "position" = 19 WHERE "position" = 21; UPDATE "AuditSeal" SET "position" = 21 WHERE "position" = 1000`
    expect(await tampered(swap)).toEqual([{ what: 'range-changed', from: 16, to: 23, since: inRound(1, 15), until: inRound(2, 15) }])
  })

  test('two rows that exchanged what they say', async () => {
    const swap = `UPDATE "AuditEvent" a SET "correlationId" = b."correlationId", "outcome" = b."outcome" FROM "AuditEvent" b WHERE (a."id", b."id") IN ((${id(19)}, ${id(30)}), (${id(30)}, ${id(19)}))`
    expect(await tampered(swap)).toMatchObject([{ what: 'event-changed', position: 19, id: id(19) }, { what: 'event-changed', position: 30, id: id(30) }])
  })

  test('an event that was changed with its seal: within a minute', async () => {
    const findings = await tampered(async () => {
      await owner.query(`UPDATE "AuditEvent" SET "outcome" = 'ok' WHERE "id" = ${id(19)}`)
      const [rows] = await readDump(auditLines(owner))
      const at = Array.from({ length: 48 }, (_, i) => i).find((i) => rows?.events.ids.at(i) === id(19)) ?? -1
      await owner.query('UPDATE "AuditSeal" SET "leafHash" = $1 WHERE "position" = 19', [rows?.events.hashes.at(at)])
    })
    expect(findings).toEqual([{ what: 'range-changed', from: 16, to: 23, since: inRound(1, 15), until: inRound(2, 15) }])
  })

  test('a seal that was changed, and the event that was not', async () => {
    expect(await tampered(`UPDATE "AuditSeal" SET "leafHash" = decode(repeat('ab', 32), 'hex') WHERE "position" = 19`)).toEqual([{ what: 'seal-changed', position: 19, id: id(19) }])
    expect(await tampered(`UPDATE "AuditSeal" SET "at" = "at" - interval '1 day' WHERE "position" = 19`)).toEqual([{ what: 'seal-changed', position: 19, id: id(19) }])
  })

  test.each([
    ['size', '"size" + 1', 'forged'],
    ['root', "decode(repeat('ab', 32), 'hex')", 'forged'],
    ['at', `"at" - interval '1 hour'`, 'forged'],
    ['complete', `"complete" + interval '1 hour'`, 'forged'],
    ['previous', "decode(repeat('ab', 32), 'hex')", 'forged'],
    ['signature', "decode(repeat('ab', 64), 'hex')", 'forged'],
    ['keyId', "decode('00000000', 'hex')", 'unknown-key'],
    ['frontier', "decode(repeat('ab', 64), 'hex')", 'frontier'],
  ])('a checkpoint whose %s was changed', async (column, value, why) => {
    const findings = await tampered(`UPDATE "AuditCheckpoint" SET "${column}" = ${value} WHERE "number" = 3`)
    expect(findings[0]).toMatchObject({ what: 'checkpoint-changed', number: 3, why })
    expect(findings.every(({ what }) => ['checkpoint-changed', 'outside-not-in-log'].includes(what))).toBe(true)
  })

  test('checkpoints that were deleted', async () => {
    expect(await tampered('DELETE FROM "AuditCheckpoint" WHERE "number" IN (3, 4)')).toEqual([
      { what: 'checkpoints-gone', from: 3, to: 4 },
      { what: 'outside-not-in-log', count: 2, since: inRound(2, 15), until: inRound(3, 15) },
    ])
    expect(await tampered('DELETE FROM "AuditCheckpoint" WHERE "number" = 6')).toContainEqual({ what: 'seals-unsigned', from: 40, to: 47 })
  })

  test('another key in the place of ours: everything sealed and signed anew', async () => {
    const findings = await tampered(async () => {
      await owner.query(`UPDATE "AuditEvent" SET "outcome" = 'ok' WHERE "id" = ${id(19)}`)
      await sealAnew(openAuditKey(stranger), 0)
    })
    expect(findings.filter(({ what }) => what === 'checkpoint-changed')).toEqual(Array.from({ length: ROUNDS }, (_, n) => ({ what: 'checkpoint-changed', number: n + 1, at: inRound(n, 15), why: 'unknown-key' })))
    expect(findings).toContainEqual({ what: 'log-forked', from: 16, to: 23, at: inRound(2, 15) })
  })

  test('a fork: everything sealed and signed anew with our own key', async () => {
    const findings = await tampered(async () => {
      await owner.query(`UPDATE "AuditEvent" SET "outcome" = 'ok' WHERE "id" = ${id(19)}`)
      await sealAnew(auditKey, 16)
    })
    expect(findings).toEqual([
      { what: 'outside-not-in-log', count: 4, since: inRound(2, 15), until: inRound(5, 15) },
      { what: 'log-forked', from: 16, to: 23, at: inRound(2, 15) },
    ])
  })

  test('an old backup, put back and gone on with', async () => {
    const findings = await tampered(async () => {
      await owner.query(`DELETE FROM "AuditEvent" WHERE "id" >= ${id(32)}`)
      for (let n = 0; n < EACH; n++) await owner.query(`INSERT INTO "AuditEvent" ("bank", "at", "type", "actor", "correlationId") SELECT "bank", $1, "type", "actor", "correlationId" FROM "AuditEvent" WHERE "id" = ${id(3)}`, [inRound(4, n)])
      await sealAnew(auditKey, 32)
    })
    expect(findings).toEqual([
      { what: 'outside-not-in-log', count: 2, since: inRound(4, 15), until: inRound(5, 15) },
      { what: 'log-forked', from: 32, to: 39, at: inRound(4, 15) },
      { what: 'log-cut', size: 40, outsideSize: 48, outsideAt: inRound(5, 15) },
    ])
  })

  test('a row that was moved to another month', async () => {
    expect(await tampered(`UPDATE "AuditEvent" SET "at" = "at" + interval '1 month' WHERE "id" = ${id(19)}`)).toMatchObject([{ what: 'event-changed', position: 19, id: id(19), sealedAt: inRound(2, 3) }])
  })

  test('a row that lies in the partition of another month, under its own time', async () => {
    const dump = (await Array.fromAsync(exportAudit(owner))).join('')
    const line = dump.split('\n').find((one) => one.includes(`\t${id(19)}\t`) && one.includes('source.read')) ?? ''
    const header = dump.split('\n').find((one) => one.startsWith('COPY audit_parts')) ?? ''
    const moved = `${dump.replace(`${line}\n`, '')}${header.replace(/audit_\d{4}_\d\d/, 'audit_2020_01')}\n${line}\n\\.\n`
    const [rows] = await readDump([moved])
    expect(verifyLog({ rows: rows!, outside: [], keys: [trustKey(jwk.x)] }).findings).toEqual([{ what: 'event-in-wrong-month', position: 19, id: id(19), at: inRound(2, 3), month: '2020_01' }])
  })

  test('a month that was taken out of the log', async () => {
    const [{ part } = { part: '' }] = await database.asOwner(`SELECT tableoid::regclass::text AS part FROM "AuditEvent" WHERE "id" = ${id(0)}`)
    const findings = await tampered(`ALTER TABLE "AuditEvent" DETACH PARTITION ${String(part)}`)
    expect(findings[0]).toMatchObject({ what: 'events-gone', from: 0, firstId: id(0) })
  })
})

describe('where a log was changed', () => {
  test('in two places, both are told, and what lies between is not blamed', async () => {
    const change = (position: number) => `UPDATE "AuditSeal" SET "leafHash" = decode(repeat('ab', 32), 'hex') WHERE "position" = ${position}; DELETE FROM "AuditEvent" WHERE "id" = ${id(position)};`
    const findings = await tampered(change(3) + change(35))
    expect(findings.filter(({ what }) => what === 'range-changed')).toMatchObject([{ from: 0, to: 7 }, { from: 32, to: 39, since: inRound(3, 15) }])
    expect(findings.filter(({ what }) => what === 'events-gone')).toMatchObject([{ from: 3, to: 3 }, { from: 35, to: 35 }])
  })

  test('and without checkpoints kept outside, a cut end is not seen: so they are asked for', async () => {
    const cut = `DELETE FROM "AuditEvent" WHERE "id" >= ${id(40)}; DELETE FROM "AuditSeal" WHERE "position" >= 40; DELETE FROM "AuditCheckpoint" WHERE "size" > 40`
    expect(await tampered(cut, { outside: [] })).toEqual([])
  })

  test('a checkpoint kept outside that was itself changed, or is by a stranger, is told of', async () => {
    const mine = kept()
    expect((await judged({ outside: [{ ...mine[2]!, size: 23 }] })).findings).toEqual([{ what: 'outside-unsigned', at: inRound(2, 15), size: 23, why: 'forged' }])
    expect((await judged({ keys: [stranger.x], outside: mine.slice(0, 1) })).findings).toContainEqual({ what: 'outside-unsigned', at: inRound(0, 15), size: 8, why: 'unknown-key' })
  })

  test('what was removed by the rules is not missed from a checkpoint on; what comes after is', async () => {
    const removed = `DELETE FROM "AuditEvent" WHERE "id" < ${id(16)}; DELETE FROM "AuditSeal" WHERE "position" < 16`
    expect(await tampered(removed, { from: 16 })).toEqual([])
    expect(await tampered(`${removed}; DELETE FROM "AuditEvent" WHERE "id" = ${id(19)}`, { from: 16 })).toMatchObject([{ what: 'events-gone', from: 19, to: 19 }])
    expect((await tampered(removed)).length).toBeGreaterThan(0)
  })

  test('a change of keys is no change of the log: both are trusted', async () => {
    const next = newAuditJwk()
    const findings = await tampered(async () => sealAnew(openAuditKey(next), 40), { keys: [jwk.x, next.x], outside: kept().slice(0, 5) })
    expect(findings).toEqual([])
  })
})
