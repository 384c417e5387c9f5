import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../cli/run.mjs'
import { withoutSettings } from '../cli/sandbox-settings.mjs'
import { expect, test } from './journey.ts'
import { answer, button, heading, logIn, logInAgain, seeBalance } from './steps/applicant.ts'
import type { House } from './steps/house.ts'
import { ordinaryTotal, somebodyWith, type Somebody } from './steps/people.ts'

/** People who said yes in Altinn 2: Altinn 3 has taken the consents over, and the operator imports them. */

const validTo = new Date(Date.now() + 200 * 86_400_000).toISOString()

async function importConsents({ settings }: House, given: readonly (readonly [Somebody, string])[]): Promise<string> {
  const box = mkdtempSync(join(tmpdir(), 'saldosyn-import-'))
  try {
    const file = join(box, 'consents.csv')
    writeFileSync(file, ['nationalId,authorizationCode,validTo', ...given.map(([{ pid }, code]) => `${pid},${code},${validTo}`)].join('\n'), { mode: 0o600 })
    return await run('node', ['--import', './bench/resolve.ts', 'cli/import-consents.mjs', file], { env: { ...withoutSettings(), ...settings }, quiet: true })
  } finally {
    rmSync(box, { recursive: true })
  }
}

test('an imported person logs in and sees the balance without going to Altinn; one who has withdrawn is told, and asked anew', async ({ page, anotherBrowser, house, sandbox, database }) => {
  const [keeper, leaver] = [await somebodyWith(sandbox), await somebodyWith(sandbox)]
  const [kept, left] = [await sandbox.migrated(keeper.pid, validTo), await sandbox.migrated(leaver.pid, validTo)]
  expect(await importConsents(house, [[keeper, kept], [leaver, left]])).toContain('Imported: 2.')
  await sandbox.revoke()

  await logIn(page, keeper)
  await seeBalance(page, ordinaryTotal)
  expect(await sandbox.requests({ party: 'altinn', step: 'page' })).toEqual([])
  expect((await database.audit(keeper)).slice(0, 3)).toMatchObject([{ type: 'consent.imported', actor: 'system' }, { type: 'session.started' }, { type: 'consent.settled', outcome: 'accepted' }])
  await page.goto('/my-data')
  await expect(page.getByText('I Altinn 2, før samtykket ble overført hit')).toBeVisible()

  const other = await anotherBrowser()
  await logIn(other, leaver)
  await expect(heading(other, 'Samtykket er trukket')).toBeVisible()
  expect((await sandbox.calls()).asked).toBe(1)
  await button(other, 'Gi nytt samtykke').click()
  await answer(other, 'Ja, jeg gir samtykke')
  await logInAgain(other, leaver)
  await seeBalance(other, ordinaryTotal)
})
