/** Every rule of eslint.config.js is broken once, and each time exactly that rule speaks. What is allowed stays allowed. */
import { rmSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tsconfig, writeTree } from './broken-tree.mjs'
import { ROOT, run } from './run.mjs'

const SYNTAX = 'no-restricted-syntax'
const IMPORTS = '@typescript-eslint/no-restricted-imports'
const GLOBALS = 'no-restricted-globals'
const now = 'export const now = () => new Date()\n'
const env = 'export const home = process.env.HOME\n'
const send = 'export const send = () => fetch("http://localhost")\n'
const raw = 'export const all = (db: { $queryRawUnsafe: (sql: string) => unknown }) => db.$queryRawUnsafe("SELECT 1")\n'
const print = 'console.log("hei")\n'

/** Each of these may not pass: file → text, and the one rule that says so. */
const BROKEN: Record<string, [text: string, rule: string]> = {
  'lib/new-date.ts': [now, SYNTAX],
  'lib/date-now.ts': ['export const now = () => Date.now()\n', SYNTAX],
  'lib/date-called.ts': ['export const now = () => Date()\n', SYNTAX],
  'lib/a-clock.test.ts': [now, SYNTAX],
  'lib/env.ts': [env, SYNTAX],
  'lib/env-in-brackets.ts': ["export const home = process['env']\n", SYNTAX],
  'lib/env-taken-apart.ts': ['const { env } = process\nexport const home = env.HOME\n', SYNTAX],
  'lib/env-imported.ts': ["import { env } from 'node:process'\nexport const home = env.HOME\n", SYNTAX],
  'lib/env-of-the-world.ts': ['export const home = globalThis.process.env.HOME\n', SYNTAX],
  'app/env.ts': [env, SYNTAX],
  'sandbox/env.ts': [env, SYNTAX],
  'lib/sends.ts': [send, GLOBALS],
  'lib/passes-fetch-on.ts': ['export const send = { by: fetch }\n', GLOBALS],
  'lib/fetch-of-the-world.ts': ['export const send = () => globalThis.fetch("http://localhost")\n', SYNTAX],
  'lib/undici.ts': ["import { request } from 'undici'\nexport const send = () => request('http://localhost')\n", IMPORTS],
  'lib/node-http.ts': ["import http from 'node:http'\nexport const send = () => http.get('http://localhost')\n", IMPORTS],
  'components/sends.tsx': [send, GLOBALS],
  'lib/raw-sql.ts': [raw, SYNTAX],
  'lib/raw-sql.test.ts': [raw, SYNTAX],
  'lib/raw-write.ts': [raw.replaceAll('query', 'execute'), SYNTAX],
  'lib/prisma-raw.ts': ['declare const Prisma: { raw: (sql: string) => string }\nexport const sql = Prisma.raw("SELECT 1")\n', SYNTAX],
  'lib/prints.ts': [print, 'no-console'],
  'sandbox/prints.ts': [print, 'no-console'],
  'lib/floats.ts': ['const later = async () => 1\nexport const go = () => { later() }\n', '@typescript-eslint/no-floating-promises'],
  'lib/forgets-a-case.ts': ["export const word = (it: 'a' | 'b') => { switch (it) { case 'a': return 1 } return 2 }\n", '@typescript-eslint/switch-exhaustiveness-check'],
  'lib/hides-a-case.ts': ["export const word = (it: 'a' | 'b') => { switch (it) { case 'a': return 1; default: return 2 } }\n", '@typescript-eslint/switch-exhaustiveness-check'],
  'lib/imports-a-type.ts': ["import { Money } from './money'\nexport const none: Money = 0\n", '@typescript-eslint/consistent-type-imports'],
  'lib/barrel.ts': ["export * from './money'\n", 'house/no-barrel'],
  'lib/named-barrel.ts': ["export { zero } from './money'\nexport type { Money } from './money'\n", 'house/no-barrel'],
  'lib/roundabout-barrel.ts': ["import { zero } from './money'\nexport { zero }\n", 'house/no-barrel'],
  'components/client-barrel.tsx': ["'use client'\nexport { zero } from '../lib/money'\n", 'house/no-barrel'],
  'lib/long.ts': ['export const zero = 0\n' + '\n'.repeat(250), 'max-lines'],
  'lib/PascalCase.ts': ['export const zero = 0\n', 'house/file-name'],
  'lib/data/zero.ts': ['export const zero = 0\n', 'house/file-name'],
  'lib/date-utils.ts': ['export const zero = 0\n', 'house/file-name'],
  ...Object.fromEntries(['utils', 'helpers', 'common', 'manager', 'handler', 'data'].map((name): [string, [string, string]] => [`lib/${name}.ts`, ['export const zero = 0\n', 'house/file-name']])),
  'lib/excused.ts': ['// eslint-disable-next-line no-console\nconsole.log(1)\n', 'no-console'],
  'cli/equals.mjs': ['export const same = (a, b) => a == b\n', 'eqeqeq'],
}

/** And each of these may. */
const ALLOWED: Record<string, string> = {
  'lib/money.ts': 'export type Money = number\nexport const zero: Money = 0\n',
  'lib/clock.ts': now,
  'lib/config.ts': env,
  'lib/http.ts': "import { request } from 'undici'\nexport const post = () => request('http://localhost')\nexport const get = () => fetch('http://localhost')\n",
  'lib/at.ts': 'export const at = (ms: number) => new Date(ms)\n',
  'lib/every-case.ts': "export const word = (it: 'a' | 'b') => { switch (it) { case 'a': return 1; case 'b': return 2 } }\n",
  'lib/env.test.ts': env + send,
  'lib/testing/builders.ts': env,
  'app/(applicant)/my-data/page.tsx': 'export default function Page() { return null }\n',
  'app/staff/view/[id]/page.tsx': 'export default function Page() { return null }\n',
  'instrumentation.ts': "export const isNode = process.env.NEXT_RUNTIME === 'nodejs'\n",
  'playwright.config.ts': env,
  'e2e/journey.spec.ts': now + env + send,
  'bench/run.ts': now + env + send + print,
  'sandbox/server.ts': now + env + send,
  'sandbox/token.ts': now + send,
  'sandbox/log.ts': print,
  'cli/demo.mjs': print + 'export const home = process.env.HOME\nexport const now = () => Date.now()\n',
}

type Report = { filePath: string; messages: { ruleId: string | null }[] }[]
let folder = ''
let found: Record<string, string[]> = {}

beforeAll(async () => {
  const undici = { 'node_modules/undici/package.json': '{"name":"undici","main":"index.js","types":"index.d.ts"}', 'node_modules/undici/index.js': '', 'node_modules/undici/index.d.ts': 'export function request(url: string): Promise<string>\n' }
  const types = { 'node.d.ts': "declare var process: { env: Record<string, string | undefined> }\ndeclare module 'node:process' { export const env: Record<string, string | undefined> }\ndeclare module 'node:http' { const http: { get(url: string): string }; export default http }\n" }
  folder = writeTree({ 'tsconfig.json': tsconfig(), ...types, ...undici, ...Object.fromEntries(Object.entries(BROKEN).map(([file, [text]]) => [file, text])), ...ALLOWED })
  const output = await run('eslint', ['.', '--config', path.join(ROOT, 'eslint.config.js'), '--format', 'json'], { cwd: folder, quiet: true }).catch((error: { output: string }) => error.output)
  const report = JSON.parse(output.slice(output.indexOf('['))) as Report
  found = Object.fromEntries(report.map(({ filePath, messages }) => [path.relative(folder, filePath), messages.flatMap((it) => it.ruleId ?? [])]))
}, 60_000)
afterAll(() => { rmSync(folder, { recursive: true }) })

describe('a rule that is broken speaks, and no other', () => {
  test.each(Object.entries(BROKEN).map(([file, [, rule]]) => [file, rule]))('%s: %s', (file, rule) => {
    expect([...new Set(found[file])]).toEqual([rule])
  })
})

describe('what is allowed is not complained about', () => {
  test.each(Object.keys(ALLOWED))('%s', (file) => { expect(found[file]).toEqual([]) })
})
