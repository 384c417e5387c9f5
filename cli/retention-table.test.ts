import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { retentionTable, withTable } from './retention-table.mjs'

test('the document about running it says how long things are kept as the job keeps them', () => {
  const document = readFileSync('docs/operations.md', 'utf8')
  expect(document.split('| What | How long |')).toHaveLength(2)
  expect(document).toContain(retentionTable())
  expect(withTable(document)).toBe(document)
})

test('another number in the document would be noticed', () => {
  const document = readFileSync('docs/operations.md', 'utf8')
  expect(withTable(document.replace('30 days', '31 days'))).toBe(document)
})
