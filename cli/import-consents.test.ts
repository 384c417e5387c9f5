import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '@/lib/testing/database'
import { requiredSettings } from '@/lib/testing/settings'
import { NODE, ROOT } from './run.mjs'

/** The command as an operator runs it: another process, with the app's settings. No Altinn is asked, so none is there. */
const database = await freshDatabase()
const box = mkdtempSync(path.join(tmpdir(), 'saldosyn-import-'))
afterAll(() => rmSync(box, { recursive: true }))
const at = (name: string, content: string) => { const file = path.join(box, name); writeFileSync(file, content); return file }
const settings = { ...requiredSettings, DATABASE_URL: database.appUrl }

function importConsents(args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(NODE, ['--import', path.join(ROOT, 'bench/resolve.ts'), path.join(ROOT, 'cli/import-consents.mjs'), ...args], { cwd: ROOT, encoding: 'utf8', env: { NODE_ENV: 'test', PATH: process.env.PATH, ...settings, ...env } })
  return { status, said: stdout + stderr }
}

const [nora, steinar] = ['24907524708', '01085301957']
const code = (n: number) => `7d1f0a52-5c1e-4f2b-9a55-0d6f3a1b2c3${n}`
const end = new Date(Date.now() + 100 * 86_400_000).toISOString()
const file = at('consents.csv', ['nationalId;authorizationCode;validTo', `${nora};${code(1)};${end}`, `${steinar};no-code;${end}`, `${nora.slice(0, 10)}9;${code(2)};${end}`].join('\r\n'))

describe('npm run import-consents', () => {
  test('tries without writing, then takes in what it can and names the rest by line and reason: 1; again, nothing changes', async () => {
    const refused = 'Line 3: the authorization code is no UUID.\nLine 4: the national id is none that is let in here.\n'
    expect(importConsents([file, '--dry-run'])).toEqual({ status: 1, said: `${refused}This was a trial: nothing was written. Would be imported: 1. Imported before: 0. Not imported: 2.\n` })
    expect([await database.count('Consent'), await database.count('Subject'), await database.count('AuditEvent')]).toEqual([0, 0, 0])
    expect(importConsents([file])).toEqual({ status: 1, said: `${refused}Imported: 1. Imported before: 0. Not imported: 2.\nEach is used only after Altinn has been asked about it, when its person logs in.\n` })
    expect(await database.events()).toMatchObject([{ type: 'consent.imported', actor: 'system', consentId: code(1), outcome: null }])
    expect(importConsents([at('same.jsonl', JSON.stringify({ nationalId: nora, authorizationCode: code(1).toUpperCase(), validTo: end }))])).toEqual({ status: 0, said: 'Imported: 0. Imported before: 1. Not imported: 0.\n' })
    expect(await database.count('Consent')).toBe(1)
  })

  test.each([
    ['without a file', [], {}, 'How to use it'],
    ['with two files', [file, file], {}, 'How to use it'],
    ['with an option that there is not', [file, `--${nora}`], {}, 'How to use it'],
    ['with a file that is not there', [path.join(box, nora)], {}, 'The file cannot be read.'],
    ['with a folder', [box], {}, 'The file cannot be read.'],
    ['with a file of no known form', [at('lines.txt', `${nora} ${code(1)}`)], {}, 'neither JSON Lines nor CSV'],
    ['for a bank that is not here', [file, '--bank', '313333337'], {}, 'No bank here has the number given. There is 311111116.'],
    ['where Altinn 2 is in use', [file], { CONSENT_PROVIDER: 'altinn2', ALTINN2_URL: 'http://127.0.0.1:4000/altinn2', ALTINN_API_KEY: 'x' }, 'CONSENT_PROVIDER is not altinn3'],
    ['with wrong settings', [file], { BANK_ORG_NUMBER: '1' }, 'BANK_ORG_NUMBER'],
    ['without a database', [file], { DATABASE_URL: 'postgresql://app:canary-password@127.0.0.1:9/saldosyn' }, 'It could not be done'],
  ])('cannot do anything %s: 2, and shows nothing of the file', (_, args, env, words) => {
    const { status, said } = importConsents(args, env)
    expect([status, said]).toEqual([2, expect.stringContaining(words)])
    for (const secret of [nora, code(1), 'canary']) expect(said).not.toContain(secret)
  })
})
