import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Page } from '@playwright/test'
import { decrypt, deriveKey } from '../lib/sealed.ts'
import { giveConsent, heading, isAtWork, logIn, logOut, seeBalance } from './steps/applicant.ts'
import type { Database } from './steps/database.ts'
import type { House } from './steps/house.ts'
import { somebodyWith, type Somebody } from './steps/people.ts'
import { contentOf } from './steps/screen.ts'
import { amountCanaries, found, personCanaries, writingNames, written, type Canary, type Surface } from './steps/surfaces.ts'
import { expect, test } from './journey.ts'

/** Amounts that nothing else here looks like; with fewer digits than this they would be found by chance in what is random. */
const parts = [['Lån', '7391846.27'], ['Renter', '5816394.51'], ['Gebyr', '4279613.08']] as const
const total = '17487853.86'
const shown = '17 487 853,86 kr'
const canariesOf = ({ pid }: Somebody): readonly Canary[] => [...parts.map(([, kroner]) => kroner), total].flatMap(amountCanaries).concat(personCanaries(pid))

async function dumped(database: Database): Promise<Surface[]> {
  return Object.entries(await database.dump()).map(([table, lines]) => ({ name: `table ${table}`, text: lines.join('\n') }))
}

const logged = ({ log }: House): Surface[] => [
  { name: 'the app’s log', text: log.app() },
  { name: 'PostgreSQL’s log', text: log.postgres() },
]

/** Everything the server has in files while it runs: its own, and what it may keep for later beside them. */
function cached(): Surface[] {
  const files = readdirSync(join(dirname(String(process.env.JOURNEYS_SERVER)), '.next'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.map(({ parentPath, name }) => ({ name: `file ${name}`, text: readFileSync(join(parentPath, name), 'latin1') }))
}

async function inBrowser(page: Page): Promise<Surface[]> {
  const { cookies, origins } = await page.context().storageState()
  const storages = await page.evaluate(async () => JSON.stringify({ local: { ...localStorage }, session: { ...sessionStorage }, caches: await caches.keys(), history: history.state as unknown }))
  return [
    { name: 'cookies', text: JSON.stringify(cookies.filter(({ domain }) => domain === 'localhost')) },
    { name: 'storages', text: JSON.stringify(origins) + storages },
    { name: `the page at ${new URL(page.url()).pathname}`, text: await page.content() },
  ]
}

/** Back and Forward to every page of this tab that is ours, as a person at the same machine would. */
async function reachedByBack(page: Page): Promise<Surface[]> {
  const surfaces: Surface[] = []
  for (let step = 0; step < 12; step++) {
    await page.goBack({ waitUntil: 'load', timeout: 5_000 }).catch(() => null)
    if (page.url() === 'about:blank') break
    if (new URL(page.url()).hostname === 'localhost') surfaces.push({ name: `Back to ${new URL(page.url()).pathname}`, text: (await contentOf(page)) + (await page.locator('body').innerText()) })
  }
  return surfaces
}

async function seesTheirBalance(page: Page, somebody: Somebody): Promise<void> {
  await logIn(page, somebody)
  await giveConsent(page, somebody)
  await seeBalance(page, shown)
}

test('while they are logged in, a dump of the database holds no amount and no national id, and every key of the server opens none', async ({ page, sandbox, database, house }) => {
  const somebody = await somebodyWith(sandbox, parts)
  await seesTheirBalance(page, somebody)
  expect(found(canariesOf(somebody), [...(await dumped(database)), ...logged(house)])).toEqual([])

  const [held] = (await database.ask('SELECT r."id", r."ciphertext", k."sealedKey" FROM "HeldReading" r JOIN "ReadingSeal" k ON k."readingId" = r."id"')) as { id: string; ciphertext: Buffer; sealedKey: Buffer }[]
  if (!held) throw new Error('nothing is held')
  const openedWith = (key: Uint8Array): string | null => {
    try {
      return decrypt(decrypt(key, held.sealedKey, `seal|${held.id}`), held.ciphertext, `reading|${held.id}`).toString()
    } catch {
      return null
    }
  }
  const secrets = Object.entries(house.settings).flatMap(([name, value]) => (/SECRET|KEY|JWK/.test(name) ? value.split(',').map((one) => one.replace(/^[\w-]+:(?=\S{40,})/, '')) : []))
  expect(secrets.length).toBeGreaterThan(5)
  const [session] = (await database.ask('SELECT encode("tokenHash", \'hex\') AS hash FROM "Session"')) as { hash: string }[]
  for (const secret of [...secrets, session?.hash ?? ''])
    for (const material of [secret, Buffer.from(secret, 'base64'), Buffer.from(secret, 'hex')])
      for (const purpose of ['session/reading', 'session/id-token', 'reading', 'return-ref']) {
        expect(openedWith(deriveKey(material, purpose))).toBeNull()
        if (material.length === 32 && typeof material !== 'string') expect(openedWith(material)).toBeNull()
      }
  const cookie = (await page.context().cookies()).find(({ name }) => name.endsWith('applicant.session'))
  expect(openedWith(deriveKey(cookie?.value ?? '', 'session/reading'))).toContain('739184627')
})

test('after log-out nothing is left: not in the database, the logs, the files, the browser, or behind Back', async ({ page, sandbox, database, house }) => {
  const somebody = await somebodyWith(sandbox, parts)
  await seesTheirBalance(page, somebody)
  await logOut(page)
  expect([await database.count('HeldReading'), await database.count('ReadingSeal'), await database.count('Session')]).toEqual([0, 0, 0])
  const canaries = canariesOf(somebody)
  const left = [...(await dumped(database)), ...logged(house), { name: 'the sandbox’s log', text: house.log.sandbox() }, ...cached(), ...(await inBrowser(page)), ...(await reachedByBack(page))]
  expect(found(canaries, left)).toEqual([])
  expect(left.length).toBeGreaterThan(20)
})

test('the detector finds what is planted, in every writing, on every surface', async ({ page, sandbox, database, house }) => {
  const somebody = await somebodyWith(sandbox, parts)
  await seesTheirBalance(page, somebody)
  const canaries = canariesOf(somebody)
  // The page that shows the balance is a leak by definition: so the detector must see it.
  expect(found(canaries, await inBrowser(page)).length).toBeGreaterThan(0)

  const surfaces = [...(await dumped(database)).slice(0, 4), ...logged(house), { name: 'a file', text: 'x'.repeat(1000) }]
  expect(found(canaries, surfaces)).toEqual([])
  let planted = 0
  for (const { name, text } of surfaces)
    for (const canary of canaries)
      for (const writing of writingNames) {
        const leak = written(canary.text, writing).at(planted % 2) ?? written(canary.text, writing)[0] ?? ''
        expect(found([canary], [{ name, text: `${text}\n{"x":"ab${leak}cd"}` }]), `${canary.name}, ${writing}`).not.toEqual([])
        expect(found([canary], [{ name, text: `${text}\n(1,"\\\\x${Buffer.from(`ab${leak}cd`).toString('hex')}")` }]), `${canary.name}, ${writing}, in bytes`).not.toEqual([])
        planted += 2
      }
  expect(planted).toBeGreaterThan(20)
})

test('another tab shows nothing after log-out, and the old cookie opens nothing', async ({ page, sandbox, context }) => {
  const somebody = await somebodyWith(sandbox, parts)
  await seesTheirBalance(page, somebody)
  const cookies = await context.cookies()
  const tab = await context.newPage()
  await tab.goto('/balance')
  await seeBalance(tab, shown)
  await isAtWork(tab, 'Studielånet ditt')
  await logOut(page)
  await expect(heading(tab, 'Du er logget ut')).toBeVisible()
  await context.addCookies(cookies)
  await tab.goto('/balance')
  await expect(heading(tab, 'Du er logget ut')).toBeVisible()
  expect(found(canariesOf(somebody), await inBrowser(tab))).toEqual([])
})
