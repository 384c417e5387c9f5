import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { auditEventTypes } from '@/lib/audit/audit-event'
import { createMeters } from './meters'

const known = async () => new Set((await createMeters({ wholeProcess: true }).registry.getMetricsAsJSON()).flatMap(({ name }) => [name, ...['_bucket', '_sum', '_count'].map((end) => name + end)]))

test.each(['docs/monitoring/alerts.yml', 'docs/monitoring/dashboard.json', 'docs/operations.md'])('%s speaks of figures that there are', async (file) => {
  const whole = readFileSync(file, 'utf8')
  const [text = ''] = /^## Figures and traces$.*?(?=^## )/ms.exec(whole) ?? [whole]
  const named = [...text.matchAll(/\b(saldosyn|nodejs|process)_[a-z0-9_]+/g)].map(([name]) => name)
  expect(named.length).toBeGreaterThan(5)
  const names = await known()
  expect(named.filter((name) => !names.has(name))).toEqual([])
})

test('the dashboard counts events that there are', () => {
  const [types = ''] = /session\.started\|[a-z.|]+/.exec(readFileSync('docs/monitoring/dashboard.json', 'utf8')) ?? []
  expect(types.split('|').filter((type) => !auditEventTypes.some((known) => known === type))).toEqual([])
})

test('every figure of ours is explained to the operator', async () => {
  const told = readFileSync('docs/operations.md', 'utf8')
  const ours = (await createMeters().registry.getMetricsAsJSON()).map(({ name }) => name)
  expect(ours.filter((name) => !told.includes(`\`${name}\``))).toEqual([])
})
