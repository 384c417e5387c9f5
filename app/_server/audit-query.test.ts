import { expect, test } from 'vitest'
import { auditSearchIn } from './audit-query'

test.each([['case', 'SAK\u0000'], ['case', '\u0000'], ['from', '2026-02-30'], ['to', '9999-12-32'], ['type', 'x'], ['actor', 'x'], ['person', '1'], ['reference', 'x']] as const)('an address with %s %j asks for nothing that the database would stumble over', (name, value) => {
  const { wrong, filter } = auditSearchIn({ [name]: value })
  expect(wrong).toEqual([name])
  expect(filter.caseNumber).toBeNull()
})
