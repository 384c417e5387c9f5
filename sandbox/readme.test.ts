import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { faultKinds } from './faults.ts'
import { partyNames } from './parties.ts'
import { settingsShape } from './settings.ts'

const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
const calls = readFileSync(join(import.meta.dirname, 'control/api.ts'), 'utf8').matchAll(/case '(GET|POST|PUT|PATCH|DELETE) (\w+)'/g)

test.each([
  ['fault', Object.keys(faultKinds), (name: string) => `\`${name}\``],
  ['party', [...partyNames], (name: string) => `\`${name}\``],
  ['setting', Object.keys(settingsShape.shape), (name: string) => `${name}?`],
  ['call', [...calls].map(([, , path = '']) => path), (path: string) => `/control/${path}`],
])('the README tells of every %s', (_what, names, written) => {
  expect(names.length).toBeGreaterThan(4)
  expect(names.filter((name) => !readme.includes(written(name)))).toEqual([])
})
