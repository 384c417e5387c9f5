import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { policiesDocument } from './policies-table.mjs'

test('the document about patience says what the code does', () => {
  expect(readFileSync('docs/policies.md', 'utf8')).toBe(policiesDocument())
})
