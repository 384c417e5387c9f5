/** The audit log with its seals and checkpoints as text, in the form that `pg_dump --data-only` writes. */
import pg from 'pg'

const TABLES = [
  { name: 'AuditCheckpoint', columns: ['bank', 'number', 'size', 'root', 'at', 'complete', 'previous', 'keyId', 'signature', 'frontier', 'sealedBelow'] },
  { name: 'AuditSeal', columns: ['bank', 'position', 'eventId', 'at', 'leafHash'] },
  { name: 'AuditEvent', columns: ['bank', 'id', 'at', 'type', 'actor', 'subjectRef', 'consentId', 'outcome', 'correlationId', 'xid'] },
]
const quoted = (names) => names.map((name) => pg.escapeIdentifier(name)).join(', ')
const escaped = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\b': '\\b', '\f': '\\f', '\v': '\\v' }
const field = (value) => (value === null ? '\\N' : value.replace(/[\\\t\n\r\b\f\v]/g, (sign) => escaped[sign]))

/**
 * As one state of the database, in pieces.
 * @param {pg.Client} client a role that may read the three tables; the owner sees every bank
 * @param {string} [bank] one bank's log only
 * @returns {AsyncGenerator<string>}
 */
export async function* exportAudit(client, bank) {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  try {
    yield* auditLines(client, bank)
  } finally {
    await client.query('ROLLBACK')
  }
}

/**
 * The same within a transaction that is underway. Events stand under the month in whose partition they lie.
 * @param {pg.ClientBase} client
 * @param {string} [bank]
 * @returns {AsyncGenerator<string>}
 */
export async function* auditLines(client, bank) {
  await client.query("SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; SET LOCAL bytea_output = 'hex'")
  for (const { name, columns } of TABLES) {
    let place
    const listed = columns.map((column) => `${pg.escapeIdentifier(column)}::text`).join(', ')
    const where = bank ? `WHERE "bank" = ${pg.escapeLiteral(bank)}` : ''
    await client.query(`DECLARE audit_rows NO SCROLL CURSOR FOR SELECT tableoid::regclass::text, ${listed} FROM ${pg.escapeIdentifier(name)} ${where}`)
    for (;;) {
      const { rows } = await client.query({ text: 'FETCH 10000 FROM audit_rows', rowMode: 'array' })
      if (rows.length === 0) break
      let lines = ''
      for (const [table, ...values] of rows) {
        if (table !== place) lines += `${place === undefined ? '' : '\\.\n\n'}COPY ${table.includes('.') ? table : `public.${table}`} (${quoted(columns)}) FROM stdin;\n`
        place = table
        lines += `${values.map(field).join('\t')}\n`
      }
      yield lines
    }
    await client.query('CLOSE audit_rows')
    if (place !== undefined) yield '\\.\n\n'
  }
}
