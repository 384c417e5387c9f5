import { createLogReader, type LogReader, type LogRows } from './log-rows.ts'
import { parseNote, type Checkpoint } from './checkpoint.ts'

/** The dump cannot be read: says where, and never what stood there. */
export class UnreadableDump extends Error {
  constructor(line: number, why: string) {
    super(`line ${line} of the dump ${why}`)
    this.name = 'UnreadableDump'
  }
}

type Columns = readonly string[]
type Field = (name: string) => string | null
type Add = (reader: LogReader, field: Field, month: string | null) => void

/** How the rows of each table are taken in. A month of the log (audit_parts.audit_2026_11) is a table of its own in a dump. */
const tables: Record<'AuditEvent' | 'AuditSeal' | 'AuditCheckpoint', { columns: Columns; add: Add }> = {
  AuditEvent: {
    columns: ['bank', 'id', 'at', 'type', 'actor', 'subjectRef', 'consentId', 'outcome', 'correlationId', 'xid'],
    add: (reader, field, month) =>
      reader.addEvent(
        { id: text(field('id')), bank: text(field('bank')), at: msOf(field('at')), type: text(field('type')), actor: text(field('actor')), subjectRef: field('subjectRef'), consentId: field('consentId'), outcome: field('outcome'), correlationId: text(field('correlationId')) },
        { month, xid: field('xid') },
      ),
  },
  AuditSeal: {
    columns: ['bank', 'position', 'eventId', 'at', 'leafHash'],
    add: (reader, field) => reader.addSeal({ bank: text(field('bank')), position: Number(field('position')), eventId: Number(field('eventId')), at: msOf(field('at')), leafHash: bytes(field('leafHash')) }),
  },
  AuditCheckpoint: {
    columns: ['bank', 'number', 'size', 'root', 'at', 'complete', 'previous', 'keyId', 'signature', 'frontier', 'sealedBelow'],
    add: (reader, field) =>
      reader.addCheckpoint({
        bank: text(field('bank')), number: Number(field('number')), size: Number(field('size')), root: bytes(field('root')), at: new Date(msOf(field('at'))), complete: new Date(msOf(field('complete'))),
        previous: bytes(field('previous')), keyId: bytes(field('keyId')), signature: bytes(field('signature')), frontier: bytes(field('frontier')), sealedBelow: Number(field('sealedBelow')),
      }),
  },
}

const text = (value: string | null): string => value ?? ''
const bytes = (value: string | null): Uint8Array => Buffer.from(value?.startsWith('\\x') ? value.slice(2) : '', 'hex')

/** Milliseconds of a timestamptz as PostgreSQL writes it (DateStyle ISO), in any zone; NaN when it says more than we ever wrote. */
export function msOf(value: string | null): number {
  const [, day, hours, minutes, seconds, fraction, sign, offHours, offMinutes] = /^(\d{4}-\d\d-\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?([+-])(\d\d)(?::(\d\d))?$/.exec(value ?? '') ?? []
  if (day === undefined) return Number.NaN
  const clock = (Number(hours) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000 + Number((fraction ?? '').padEnd(3, '0'))
  const offset = (Number(offHours) * 60 + Number(offMinutes ?? 0)) * 60_000
  return Date.parse(day) + clock + (sign === '-' ? offset : -offset)
}

const escapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }
/** A field of COPY's text format as PostgreSQL writes it (no octal, no hexadecimal); null is written \N. */
function unescape(field: string): string | null {
  if (!field.includes('\\')) return field
  return field === '\\N' ? null : field.replace(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter)
}

const copyLine = /^COPY (?:public|"public"|audit_parts|"audit_parts")\.(?:"(Audit(?:Event|Seal|Checkpoint))"|"?audit_(\d{4}_\d\d)"?) \((.+)\) FROM stdin;$/

/**
 * Reads what `pg_dump --data-only` or `npm run verify-audit -- --export` wrote: blocks of COPY in text format, in any order.
 * What is no block of the three tables is passed over. Throws UnreadableDump.
 */
export async function readDump(chunks: AsyncIterable<string> | Iterable<string>): Promise<readonly LogRows[]> {
  const reader = createLogReader()
  let block: { add: Add; index: ReadonlyMap<string, number>; month: string | null } | null = null
  let [rest, number] = ['', 0]
  const take = (line: string): void => {
    number++
    if (!block) {
      block = blockOf(line, number)
    } else if (line === '\\.') {
      block = null
    } else {
      const { add, index, month } = block
      const fields = line.split('\t')
      if (fields.length !== index.size) throw new UnreadableDump(number, 'has another number of fields than its table')
      try {
        add(reader, (name) => unescape(fields[index.get(name) ?? -1] ?? '\\N'), month)
      } catch (error) {
        throw error instanceof RangeError ? new UnreadableDump(number, 'has a number that is none') : error
      }
    }
  }
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) take(line)
  }
  if (rest !== '') take(rest)
  if (block) throw new UnreadableDump(number, 'ends in the middle of a table')
  return reader.logs()
}

function blockOf(line: string, number: number) {
  const [, name, month, listed] = copyLine.exec(line) ?? []
  if (listed === undefined) return null
  const { add, columns } = tables[(name ?? 'AuditEvent') as keyof typeof tables]
  const index = new Map(listed.split(', ').map((column, i) => [column.replaceAll('"', ''), i]))
  const missing = columns.filter((column) => !index.has(column))
  if (missing.length > 0) throw new UnreadableDump(number, `begins a table without ${missing.join(', ')}`)
  return { add, index, month: month ?? null }
}

const noteBegin = /saldosyn\/audit\/\d{9}\r?(?:\n|$)/g
const noteBlock = /saldosyn\/audit\/\d{9}\n(?:[^\n]+\n)+\n— [^\n]+\n/g

/**
 * The checkpoints in a text that was kept outside: notes one after the other, or the app's log lines (JSON with `checkpoint`),
 * or both. `spoilt`: how many looked like one and could not be read.
 */
export function readCheckpoints(kept: string): { checkpoints: Checkpoint[]; spoilt: number } {
  const lines = kept.replace(/^\uFEFF/, '').split('\n')
  const fromLog = lines.flatMap((line) => (line.includes('"checkpoint"') ? [noteIn(line)] : []))
  const plain = lines.filter((line) => !line.startsWith('{')).join('\n')
  const notes = [...fromLog, ...(plain.match(noteBlock) ?? [])]
  const begun = plain.match(noteBegin)?.length ?? 0 // every block has one: never fewer
  const checkpoints = notes.flatMap((note) => parseNote(note) ?? [])
  return { checkpoints, spoilt: fromLog.length + begun - checkpoints.length }
}

function noteIn(line: string): string {
  try {
    const { checkpoint } = JSON.parse(line) as { checkpoint?: unknown }
    return typeof checkpoint === 'string' ? checkpoint : ''
  } catch {
    return ''
  }
}
