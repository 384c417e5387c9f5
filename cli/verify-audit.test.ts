import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { noPrevious, noteOf } from '@/lib/audit/checkpoint.ts'
import { emptyRange, rootOf } from '@/lib/audit/merkle.ts'
import { aSealedLog } from '@/lib/testing/sealed-log'
import { newAuditJwk } from '@/lib/testing/audit-keys'
import { NODE, ROOT } from './run.mjs'

/** The command as an auditor runs it: another process, which is given files. */
const { database, jwk, auditKey, file: checkpoints, id } = await aSealedLog()
const box = mkdtempSync(path.join(tmpdir(), 'saldosyn-verify-'))
afterAll(() => rmSync(box, { recursive: true }))
const at = (name: string, content: string) => { const file = path.join(box, name); writeFileSync(file, content); return file }

function verifyAudit(args: Record<string, string>, env: Record<string, string> = {}) {
  const list = Object.entries(args).flatMap(([name, value]) => [`--${name}`, value])
  const { status, stdout, stderr } = spawnSync(NODE, [path.join(ROOT, 'cli/verify-audit.mjs'), ...list], { cwd: box, encoding: 'utf8', env: { NODE_ENV: 'test', PATH: process.env.PATH, ...env } })
  return { status, said: stdout + stderr }
}

const { d: _private, ...publicJwk } = jwk
const [dump, key] = [path.join(box, 'audit.sql'), at('key.jwk', JSON.stringify(publicJwk))]
const exported = verifyAudit({ export: dump }, { DATABASE_OWNER_URL: database.ownerUrl })

describe('npm run verify-audit', () => {
  test('writes the log as the owner, and finds it whole without a database: 0', () => {
    expect(exported).toMatchObject({ status: 0 })
    const { status, said } = verifyAudit({ dump, checkpoints, key })
    expect(said).toMatch(/48 sealed events, 6 checkpoints[\s\S]*Compared with 6 checkpoints kept outside[\s\S]*The audit log is whole\./)
    expect(status).toBe(0)
  })

  test('says in plain words what is wrong and where: 1', () => {
    const changed = readFileSync(dump, 'utf8').split('\n').map((line) => (line.startsWith(`311111116\t${id(19)}\t`) && line.includes('source.read') ? line.replace('forbidden', 'ok') : line)).join('\n')
    const { status, said } = verifyAudit({ dump: at('changed.sql', changed), checkpoints, key })
    expect(said).toContain(`Event ${id(19)} (position 19) has been changed since it was sealed.`)
    expect(said).toContain('NOT WHAT WAS SIGNED')
    expect(status).toBe(1)
  })

  test('takes a dump without a log for a log that is gone, and a spoilt file of checkpoints for what it is: 1', () => {
    expect(verifyAudit({ dump: at('empty.sql', '-- nothing\n'), checkpoints, key })).toMatchObject({ status: 1 })
    expect(verifyAudit({ dump, checkpoints: at('spoilt.txt', readFileSync(checkpoints, 'utf8').replace('\n8\n', '\n08\n')), key })).toMatchObject({ status: 1 })
  })

  test('finds one change beside a file of checkpoints that begins with a byte order mark: 1', () => {
    const marked = at('marked.txt', `\ufeff${readFileSync(checkpoints, 'utf8')}`)
    expect(verifyAudit({ dump, checkpoints: marked, key })).toMatchObject({ status: 0 })
    expect(verifyAudit({ dump: path.join(box, 'changed.sql'), checkpoints: marked, key })).toMatchObject({ status: 1 })
  })

  test('does not call a dump whole that lacks a bank of which checkpoints were kept: 2, unless one bank was asked for', () => {
    const theirs = auditKey.sign({ bank: '312222221', size: 0, root: rootOf(emptyRange), at: new Date(0), complete: new Date(0), previous: noPrevious })
    const shared = at('shared.txt', `${readFileSync(checkpoints, 'utf8')}${noteOf(theirs)}`)
    const { status, said } = verifyAudit({ dump, checkpoints: shared, key })
    expect(said).toContain('Checkpoints were kept of 312222221 too, and the dump holds nothing of that log.')
    expect(status).toBe(2)
    expect(verifyAudit({ dump, checkpoints: shared, key, bank: '311111116' })).toMatchObject({ status: 0 })
  })

  test.each([
    ['nothing asked', {}],
    ['a dump that is not there', { dump: 'nowhere.sql', checkpoints, key }],
    ['a dump that was cut in the middle', { dump: at('cut.sql', readFileSync(dump, 'utf8').slice(0, 2_000)), checkpoints, key }],
    ['no checkpoint kept outside', { dump, checkpoints: at('none.txt', ''), key }],
    ['a private key', { dump, checkpoints, key: at('private.jwk', JSON.stringify(jwk)) }],
    ['a key that is none', { dump, checkpoints, key: at('no.jwk', '{}') }],
    ['a position at which nothing was signed', { dump, checkpoints, key, from: '5' }],
    ['a bank that is none', { dump, checkpoints, key, bank: '1' }],
    ['an export without a database', { export: 'x.sql' }],
    ['an option that there is not', { dump, nonsense: 'x' }],
  ])('cannot judge %s: 2', (_, args: Record<string, string>) => {
    expect(verifyAudit(args)).toMatchObject({ status: 2 })
  })

  test('never shows the key it refuses', () => {
    const { said } = verifyAudit({ dump, checkpoints, key: path.join(box, 'private.jwk') })
    expect(said).toContain('The key file holds the private key.')
    expect(said).not.toContain(jwk.d)
  })

  test('with another key trusts nothing, and says why: 1', () => {
    const { status, said } = verifyAudit({ dump, checkpoints, key: at('other.jwk', JSON.stringify({ keys: [{ ...publicJwk, x: newAuditJwk().x }] })) })
    expect(said).toContain('a key that is not among those given')
    expect(status).toBe(1)
  })
})
