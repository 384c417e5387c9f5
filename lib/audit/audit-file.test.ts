import { expect, test } from 'vitest'
import { anEvent, day } from '@/lib/testing/builders'
import { csvHead, toCsvRow, toJsonLine } from './audit-file'
import type { AuditEntry } from './audit-reading-store'

const entry = (but: Partial<AuditEntry> = {}): AuditEntry => ({ ...anEvent({ correlationId: 'K7QM-9XTB-2RWH' }), id: '17', position: '16', errand: null, ...but })
const errand = { staffRef: '5f1d9a52-2f0e-4b39-9a3e-3f6f0f7f4c11', unit: 'Avdeling Sentrum', purpose: 'Lånesøknad', caseNumber: '2026/17' }

test('a line of JSON has the columns of the log by their own names, and an errand where there was one', () => {
  expect(JSON.parse(toJsonLine(entry({ errand })))).toEqual({ id: '17', at: day(0).toISOString(), type: 'session.started', actor: 'applicant', subjectRef: null, consentId: null, outcome: null, correlationId: 'K7QM-9XTB-2RWH', position: '16', ...errand })
  expect(toJsonLine(entry()).split('\n')).toHaveLength(2)
})

test('a row has as many cells as the head, whatever stands in them', () => {
  expect(csvHead.startsWith('\ufeff"id","at"')).toBe(true)
  const cells = (row: string) => [...row.trim().matchAll(/"(?:[^"]|"")*"/g)].length
  expect(cells(toCsvRow(entry({ errand: { ...errand, purpose: 'en "god" grunn,\r\nog en til;' } })))).toBe(cells(csvHead))
  expect(toCsvRow(entry({ errand: { ...errand, purpose: 'en "god" grunn,\r\nog en til' } }))).toContain('"en ""god"" grunn, og en til"')
})

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '|calc', '%0a=1', '＝1+1', '＋1', '－1', '＠SUM(A1)'])('%j in a cell is no formula to a spreadsheet', (purpose) => {
  const row = toCsvRow(entry({ errand: { ...errand, purpose } }))
  for (const [, first] of row.matchAll(/(?:^|,)"([^"])/g)) expect(first).not.toMatch(/[=+\-@|%\t\r＝＋－＠]/)
  expect(row).toContain("\"'")
})
