import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newCorrelationId } from './correlation-id'
import { noPrevious, noteOf, openAuditKey, parseNote } from './audit/checkpoint.ts'
import { createLog, safeError } from './log'
import { newAuditJwk } from './testing/audit-keys'
import { digits, publishedCustomers } from './testing/builders'

const jwt = `eyJhbGciOiJSUzI1NiJ9.${Buffer.from(JSON.stringify({ pid: digits })).toString('base64url')}.c2lnbmF0dXJl`

function aLog() {
  const lines: string[] = []
  return { log: createLog({ write: (line) => lines.push(line) }), text: () => lines.join(''), last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> }
}
const logged = (fields: Record<string, unknown>) => {
  const { log, text } = aLog()
  log.warn('Something happened', fields)
  return text()
}

describe('a log line', () => {
  test('is one line of JSON with the event, its level and the time', () => {
    const { log, text, last } = aLog()
    log.info('Saldosyn starts', { environment: 'test' })
    expect(text()).toMatch(/^[^\n]*\n$/)
    expect(last()).toMatchObject({ level: 'info', msg: 'Saldosyn starts', environment: 'test', time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string })
    log.error('It broke')
    expect(last()).toMatchObject({ level: 'error', msg: 'It broke' })
  })

  test('says whose it is when the log is a bank’s, in every line', () => {
    const lines: string[] = []
    const log = createLog({ write: (line) => lines.push(line) }, { bank: '311111116' })
    for (const level of ['info', 'warn', 'error'] as const) log[level]('It happened', { step: 'x' })
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ bank: '311111116', step: 'x' })
    expect(lines).toHaveLength(3)
  })

  test('does not say which machine or process wrote it', () => {
    expect(logged({})).not.toMatch(/hostname|pid/)
  })

  test('keeps the fields on the list, and drops every other', () => {
    const text = logged({ upstream: 'altinn', status: 403, attempt: 2, name: 'Nora', pid: 'x', amount: 12.5, password: 'x', headers: { a: 1 }, toString: 'x', err: new Error('x') })
    expect(Object.keys(JSON.parse(text) as object).sort()).toEqual(['attempt', 'level', 'msg', 'status', 'time', 'upstream'])
  })

  test('leaves out a field that has no value', () => {
    expect(logged({ code: undefined })).not.toContain('code')
  })

  test('is short: nobody’s whole answer ends up in it', () => {
    expect(logged({ detail: 'a'.repeat(100_000) }).length).toBeLessThan(1_000)
  })
})

describe('a checkpoint of the audit log', () => {
  // As it may happen one day: eleven digits, and what looks like the beginning of a token, in a hash in base64.
  const root = Buffer.from('12345678901/eyJhbGciOiJub25lAAAAAAAAAAAAAAA=', 'base64')
  const note = noteOf(openAuditKey(newAuditJwk()).sign({ bank: '311111116', size: 654321, root, at: new Date(0), complete: new Date(0), previous: noPrevious }))

  test('comes out as it was signed', () => {
    expect(note).toContain('\n12345678901/eyJ')
    const { checkpoint } = JSON.parse(logged({ checkpoint: note })) as { checkpoint: string }
    expect(checkpoint).toBe(note)
    expect(parseNote(checkpoint)).not.toBeNull()
  })

  test('is the only thing that does: neither another field nor another text in its place', () => {
    for (const fields of [{ detail: note }, { checkpoint: `${note}${digits}` }, { checkpoint: digits }, { checkpoint: [digits, jwt] }]) expect(logged(fields)).not.toMatch(/\d{11}|eyJ/)
  })
})

describe('eleven digits never get out', () => {
  const places: [string, (number: string) => unknown][] = [
    ['alone', (number) => number],
    ['in a sentence', (number) => `the person ${number} was not found`],
    ['with a space in the middle', (number) => `${number.slice(0, 6)} ${number.slice(6)}`],
    ['in an address', (number) => `https://altinn.example/person/${number}?x=1`],
    ['in Altinn’s words', (number) => `urn:altinn:person:identifier-no:${number}`],
    ['glued to letters', (number) => `pid${number}x`],
    ['glued to an underscore', (number) => `PSU_ID_${number}`],
    ['in quotes', (number) => `{"pid":"${number}"}`],
    ['as a number', (number) => Number(`3${number.slice(1)}`)],
    ['in a list', (number) => ['a', number]],
    ['where a long text is cut', (number) => 'a'.repeat(495) + number],
  ]
  test.each(places)('%s', (_where, put) => {
    for (const number of [digits, ...publishedCustomers]) expect(logged({ detail: put(number) })).not.toMatch(/\d{6}\s?\d{5}/)
  })

  test('wherever they stand, in whatever field', () => {
    fc.assert(
      fc.property(fc.constantFrom('detail', 'code', 'reason', 'errorName', 'where', 'step', 'kid', 'requestId'), fc.stringMatching(/^[^\d]{0,20}$/), fc.stringMatching(/^[^\d]{0,20}$/), (field, before, behind) => {
        expect(logged({ [field]: before + digits + behind })).not.toContain(digits)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('a signed token never gets out', () => {
  test.each([
    ['alone', jwt],
    ['after Bearer', `Bearer ${jwt}`],
    ['in quotes', `"${jwt}"`],
    ['glued to other letters', `token_${jwt}`],
    ['without its signature', jwt.split('.').slice(0, 2).join('.')],
    ['where a long text is cut', 'a'.repeat(400) + jwt],
  ])('%s', (_where, text) => {
    for (const field of ['detail', 'code', 'where']) {
      expect(logged({ [field]: text })).not.toContain('eyJ')
      expect(logged({ [field]: [text] })).not.toContain('eyJ')
      for (const part of jwt.split('.').slice(1)) expect(logged({ [field]: text })).not.toContain(part)
    }
  })
})

test('references stay whole, or nobody could find the line again', () => {
  fc.assert(
    fc.property(fc.uuid(), (id) => logged({ requestId: id, consentId: id.toUpperCase() }).includes(id)),
    { numRuns: 20_000 },
  )
  for (const id of ['00000000-0000-4000-8000-123456789012', '00000000-0000-4000-8000-12345678901a', randomUUID()]) expect(logged({ consentId: id })).toContain(id)
  const correlationId = newCorrelationId()
  expect(logged({ correlationId, skewSeconds: -86_400, ms: 1_790_000_000 })).toContain(correlationId)
})

describe('what may be said of an error', () => {
  test('is its class and code, and never its message or cause', () => {
    const said = safeError(Object.assign(new TypeError(`no such person: ${digits}`, { cause: new Error(jwt) }), { code: 'P2002' }))
    expect(said).toMatchObject({ errorName: 'TypeError', code: 'P2002' })
    expect(JSON.stringify(said)).not.toContain('person')
    expect(JSON.stringify(said)).not.toContain(digits)
  })

  test('names the file and line, not the way to it', () => {
    expect(safeError(new Error('x')).where).toMatch(/log\.test\.ts:\d+:\d+/)
    expect(safeError(new Error('x')).where).not.toContain('/lib/')
  })

  test('does not take a message for the place, whatever it looks like', () => {
    for (const message of ['x\n    at Ola Nordmann (/home/x.ts:1:2)', '\n at Ola Nordmann (x.ts:1:2)', '    at Ola Nordmann']) expect(safeError(new Error(message)).where).toMatch(/^log\.test\.ts:\d+:\d+$/)
    const changed = new Error('first')
    changed.message = 'then\n    at Ola Nordmann (x.ts:1:2)'
    expect(safeError(changed).where).toMatch(/^log\.test\.ts:\d+:\d+$/)
  })

  test('keeps nobody waiting, however long the line is that it looks for the place in', () => {
    const error = Object.assign(new Error('x'), { stack: `Error: x\n    at ${'a.ts:1'.repeat(20_000)}` })
    const before = process.cpuUsage()
    safeError(error)
    expect(process.cpuUsage(before).user).toBeLessThan(50_000)
  })

  test.each([['a text', 'string'], [null, 'object'], [undefined, 'undefined'], [42, 'number']])('of %s that was thrown is its type', (thrown, errorName) => {
    expect(safeError(thrown)).toEqual({ errorName })
  })

  test('leaves out a code that is no text', () => {
    expect(safeError(Object.assign(new Error('x'), { code: 12345678901 }))).not.toHaveProperty('code')
  })
})
