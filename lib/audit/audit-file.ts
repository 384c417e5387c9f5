import type { AuditEntry } from './audit-reading-store'

/** One line of JSON (jsonlines.org): the columns of the log by their own names, and what is known of an adviser's errand. */
export const toJsonLine = ({ id, at, type, actor, subjectRef, consentId, outcome, correlationId, position, errand }: AuditEntry): string =>
  `${JSON.stringify({ id, at: at.toISOString(), type, actor, subjectRef, consentId, outcome, correlationId, position, ...errand })}\n`

const columns = ['id', 'at', 'type', 'actor', 'subjectRef', 'consentId', 'outcome', 'correlationId', 'position', 'staffRef', 'unit', 'purpose', 'caseNumber'] as const

/** A cell (RFC 4180), in quotes always. What a spreadsheet would take for a formula begins with an apostrophe, which it does not show; some take the wide signs too. */
const cell = (value: string | null): string => {
  const text = (value ?? '').replace(/[\r\n\t]+/g, ' ')
  return `"${(/^\s*[=+\-@|%＝＋－＠]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
}
const row = (cells: readonly (string | null)[]): string => `${cells.map(cell).join(',')}\r\n`

/** The first line, with the mark by which spreadsheets know UTF-8. */
export const csvHead = `\ufeff${row(columns)}`

export const toCsvRow = ({ errand, at, ...entry }: AuditEntry): string => {
  const cells: Record<(typeof columns)[number], string | null> = { ...entry, at: at.toISOString(), staffRef: errand?.staffRef ?? null, unit: errand?.unit ?? null, purpose: errand?.purpose ?? null, caseNumber: errand?.caseNumber ?? null }
  return row(columns.map((column) => cells[column]))
}
