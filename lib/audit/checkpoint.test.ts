import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hashOf, judgeSignature, keyIdOf, noPrevious, noteOf, openAuditKey, parseNote, textOf, trustKey, type Statement } from './checkpoint.ts'

const newJwk = () => generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as { x: string; d: string }
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((list) => Buffer.from(list))
const instants = fc.date({ min: new Date(0), max: new Date('2999-12-31'), noInvalidDate: true })
const statements = fc.record<Statement>({ bank: fc.stringMatching(/^\d{9}$/), size: fc.maxSafeInteger().map(Math.abs).filter((n) => n < 1e16), root: bytes(32), at: instants, complete: instants, previous: bytes(32) })

const jwk = newJwk()
const key = openAuditKey(jwk)
const trusted = trustKey(jwk.x)
const statement: Statement = { bank: '311111116', size: 7, root: Buffer.alloc(32, 1), at: new Date(Date.UTC(2026, 10, 21, 6)), complete: new Date(Date.UTC(2026, 10, 21, 6)), previous: noPrevious }

describe('a checkpoint', () => {
  test('is a note by C2SP: six lines, an empty one, and a signature by the key of this log', () => {
    expect(noteOf(key.sign(statement))).toMatch(
      /^saldosyn\/audit\/311111116\n7\n(AQEB){10}AQE=\ntime 2026-11-21T06:00:00\.000Z\ncomplete 2026-11-21T06:00:00\.000Z\nprevious 47DEQpj8HBSa\+\/TImW\+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— saldosyn\/audit\/311111116 [A-Za-z0-9+/]{91}=\n$/,
    )
  })

  test('reads back as it was written, and stands by its signature, whatever it says', () => {
    fc.assert(fc.property(statements, (any) => {
      const signed = key.sign(any)
      const read = parseNote(noteOf(signed))
      expect(read && { ...read, root: Buffer.from(read.root), previous: Buffer.from(read.previous) }).toMatchObject({ bank: any.bank, size: any.size, at: any.at, complete: any.complete })
      expect(read && noteOf(read)).toBe(noteOf(signed))
      expect(read && judgeSignature(read, [trusted])).toBe('signed')
    }))
  })

  test('with anything in it changed is forged', () => {
    const signed = key.sign(statement)
    const others = [
      { ...signed, size: 8 }, { ...signed, root: Buffer.alloc(32, 2) }, { ...signed, at: new Date(0) }, { ...signed, complete: new Date(0) },
      { ...signed, previous: Buffer.alloc(32) }, { ...signed, signature: Buffer.alloc(64) },
    ]
    for (const other of others) expect(judgeSignature(other, [trusted])).toBe('forged')
    expect(new Set(others.slice(0, 5).map((other) => Buffer.from(hashOf(other)).toString('hex'))).add(Buffer.from(hashOf(signed)).toString('hex')).size).toBe(6)
  })

  test('is not believed under another key, nor as another bank’s', () => {
    const signed = key.sign(statement)
    expect(judgeSignature(signed, [])).toBe('unknown-key')
    expect(judgeSignature(signed, [trustKey(newJwk().x)])).toBe('unknown-key')
    expect(judgeSignature({ ...signed, bank: '312222221' }, [trusted])).toBe('unknown-key')
    expect(judgeSignature(signed, [trustKey(newJwk().x), trusted])).toBe('signed')
  })

  test('is only read when it is written in the one way', () => {
    const note = noteOf(key.sign(statement))
    const spoilt = [
      '', note.slice(1), `${note}\n`, `\n${note}`, note.replaceAll('\n', '\r\n'), note.replace('\n7\n', '\n07\n'), note.replace('\n7\n', '\n-7\n'), note.replace('—', '-'),
      note.replace('T06:00', 'T26:00'), note.replace('11-21', '02-31'), note.replace('311111116\n', '31111111\n'), note.replace('audit/', 'other/'), note.replace('\ncomplete', '\nextra 1\ncomplete'),
      note.replace('\n\n—', '\n—'), note.replace('AQE=', 'AQF='), `${note}— someone else\n`, note.replace('audit/311111116\n', 'audit/312222221\n'),
    ]
    for (const other of spoilt) expect(parseNote(other)).toBeNull()
    expect(parseNote(note)).not.toBeNull()
  })
})

test('the id of a key is made as everywhere: the one of Go’s checksum database comes out', () => {
  // Published as sum.golang.org+033de0ae+Ac4z…: name, id, and in base64 the type (0x01) and the key.
  const [type, ...raw] = Buffer.from('Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8', 'base64')
  expect(type).toBe(1)
  expect(Buffer.from(keyIdOf('sum.golang.org', Buffer.from(raw))).toString('hex')).toBe('033de0ae')
})

describe('the key', () => {
  test('shows its public half only', () => {
    expect(key.publicJwk).toEqual({ kty: 'OKP', crv: 'Ed25519', x: jwk.x, kid: expect.stringMatching(/^[\w-]{43}$/) as string, alg: 'EdDSA', use: 'sig' })
    expect(JSON.stringify(key)).not.toContain(jwk.d)
  })

  test('whose halves do not belong together is refused', () => {
    expect(() => openAuditKey({ x: newJwk().x, d: jwk.d })).toThrow()
    expect(() => openAuditKey({ x: jwk.x, d: 'short' })).toThrow()
    expect(() => trustKey('short')).toThrow()
  })
})

test('the text of a checkpoint ends before the empty line', () => {
  expect(noteOf(key.sign(statement)).startsWith(`${textOf(statement)}\n— `)).toBe(true)
})
