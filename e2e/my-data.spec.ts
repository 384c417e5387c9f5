import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page, TestInfo } from '@playwright/test'
import { expect, test } from './journey.ts'
import { button, decline, heading, logIn, seeBalance } from './steps/applicant.ts'
import { ordinaryTotal, somebodyWith } from './steps/people.ts'
import { ordinaryDigits, words } from './steps/screen.ts'

const link = (page: Page, name: string | RegExp) => page.getByRole('link', { name })

/** Presses a link that gives a file, and keeps the file. */
async function download(page: Page, name: string | RegExp, info: TestInfo): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent('download'), link(page, name).click()])
  const kept = join(info.outputDir, file.suggestedFilename())
  await file.saveAs(kept)
  return kept
}

/** The command of the house, without a network: what it says and whether it is content. */
const verify = (...files: string[]) => promisify(execFile)(process.execPath, ['cli/verify-receipt.mjs', ...files]).then(({ stdout }) => ({ code: 0, said: stdout }), ({ code, stdout }: { code: number; stdout: string }) => ({ code, said: stdout }))

test('after two looks a person reads who has seen the balance, and that nobody else has', async ({ page, sandbox, behindTheScreens }) => {
  // Once at the log-in behind the screens, and twice here.
  await behindTheScreens.seesTheirBalance(page, await somebodyWith(sandbox))
  await page.reload()
  await seeBalance(page, ordinaryTotal)
  await link(page, 'Mine data').click()
  await expect(heading(page, 'Det vi har lagret om deg')).toBeFocused()
  const seen = page.getByRole('region', { name: 'Hvem har sett saldoen din' })
  await expect(seen.getByRole('listitem')).toHaveText([/Vist for deg\. Formål: å vise deg saldoen\.$/, /Vist for deg/, /Vist for deg/, /Hentet fra Lånekassen – startet av deg/])
  await expect(seen).toContainText('Ingen andre enn du har sett saldoen.')
  const consents = page.getByRole('region', { name: 'Samtykkene dine' })
  await expect(consents).toContainText(/Aktivt til \d/)
  await expect(consents).toContainText('Versjon 2026-11-21.adviser, på bokmål')
  await consents.getByText('Les teksten slik den sto').click()
  await expect(consents).toContainText('Hvor mye du skylder Lånekassen: lån, renter, gebyr og omkostninger. Ikke noe annet.')
})

/** What the house keeps and for how long, with our own table of periods, and without the role that takes months out of the log. */
const kept = [
  'Vi sletter det 1 år etter at det siste samtykket ditt ble avslått eller tok slutt. Har du ikke noe samtykke her, sletter vi det 30 dager etter',
  'sletter vi dem først 3 år etter at de ble avslått eller tok slutt. Forespørsler som gikk ut uten svar, sletter vi etter 30 dager.',
  'Vi sletter det 3 år etter at delingen er slutt. Delinger som ingen rådgiver åpnet, sletter vi etter 30 dager.',
  'Loggen kan ikke endres. Banken bestemmer hvor lenge den blir stående.',
]

test('a person reads what is kept and for how long, before anything is, and in the file they take along', async ({ page, sandbox }, info) => {
  await logIn(page, await somebodyWith(sandbox))
  await link(page, 'Mine data').click()
  const region = page.getByRole('region', { name: 'Hva vi lagrer, og når det slettes' })
  for (const words of kept) await expect(region).toContainText(words)
  const file = await readFile(await download(page, 'Last ned som side du kan lese', info), 'utf8')
  for (const words of kept) expect(file).toContain(words)
})

test('a receipt is kept as paper, as PDF and signed; the signed one is checked without the bank, and found out when changed', async ({ page, sandbox, house, behindTheScreens }, info) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  await page.goto('/my-data')
  await link(page, /^Se kvittering/).click()
  await expect(heading(page, 'Kvittering for samtykke')).toBeFocused()
  expect(await words(page)).toMatch(/Du ga Testbanken AS lov til å hente saldoen din fra Lånekassen .+ kl\. \d\d:\d\d\. Samtykket gjelder til /)
  await expect(button(page, 'Skriv ut')).toBeVisible()
  await page.emulateMedia({ media: 'print' })
  await expect(button(page, 'Skriv ut')).toBeHidden()
  await expect(page.getByRole('banner')).toBeHidden()
  await page.emulateMedia({ media: null })

  const pdf = await readFile(await download(page, 'Last ned som PDF', info), 'latin1')
  expect(pdf).toMatch(/^%PDF-1\.7/)
  expect(pdf).toContain('/StructTreeRoot')

  const signed = await download(page, 'Last ned signert (JSON-LD)', info)
  const keys = info.outputPath('saldosyn-receipt-keys.json')
  await writeFile(keys, await (await fetch(`${house.appUrl}/.well-known/saldosyn-receipt-keys.json`)).text())
  expect(await verify(signed, '--keys', keys)).toMatchObject({ code: 0, said: expect.stringMatching(/^GENUINE\./) })
  const text = await readFile(signed, 'utf8')
  expect(text).not.toContain(somebody.pid)
  expect(text).not.toMatch(ordinaryDigits)
  const forged = info.outputPath('forged.jsonld')
  await writeFile(forged, text.replace('Testbanken AS', 'Storebanken AS'))
  expect(await verify(forged, '--keys', keys)).toMatchObject({ code: 1, said: expect.stringMatching(/^NOT GENUINE\./) })
})

test('a no has its receipt too', async ({ page, sandbox }) => {
  const somebody = await somebodyWith(sandbox)
  await logIn(page, somebody)
  await decline(page, somebody)
  await expect(heading(page, 'Du sa nei')).toBeVisible()
  await link(page, 'Mine data').click()
  await expect(page.getByText(/^Avslått/)).toBeVisible()
  await link(page, /^Se kvittering/).click()
  await expect(heading(page, 'Kvittering for avslag')).toBeVisible()
  expect(await words(page)).toContain('Vi har ikke hentet noe.')
})

test('everything is downloaded, to read and for a program, and both are in the log', async ({ page, sandbox, database, behindTheScreens }, info) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  await page.goto('/my-data')
  const json = await readFile(await download(page, 'Last ned som JSON', info), 'utf8')
  const all = JSON.parse(json) as { person: { reference: string; nationalId: string }; consents: unknown[]; balance: { value: { total: { ore: number } } }; log: { type: string }[]; logIns: unknown[] }
  expect(all).toMatchObject({ person: { reference: await database.subjectOf(somebody), nationalId: `${somebody.pid.slice(0, 6)} •••••` }, balance: { value: { total: { ore: 1_305_523 } } } })
  expect(all.consents).toHaveLength(1)
  expect(all.logIns).toHaveLength(1)
  expect(all.log.map(({ type }) => type)).toEqual(expect.arrayContaining(['session.started', 'consent.requested', 'consent.settled', 'source.read', 'reading.shown', 'subject.exported']))
  expect(json).not.toContain(somebody.pid)

  const html = await download(page, 'Last ned som side du kan lese', info)
  const text = await readFile(html, 'utf8')
  expect(text).not.toMatch(/<script|src=|href=/)
  await page.goto(`file://${html}`)
  await expect(heading(page, 'Alt vi har lagret om deg')).toBeVisible()
  await expect(page.getByText(ordinaryTotal.replaceAll(' ', '\u00a0'))).toBeVisible()
  expect((await database.audit(somebody)).filter(({ type }) => type === 'subject.exported').map(({ outcome }) => outcome)).toEqual(['json', 'html'])
})

test('a person is erased at their word: logged out everywhere, and a stranger at the next log-in', async ({ page, anotherBrowser, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  const ref = await database.subjectOf(somebody)
  await page.goto('/my-data/erase')
  await expect(heading(page, 'Vi kan ikke slette deg ennå')).toBeVisible()
  await link(page, 'Tilbake til Mine data').click()
  await button(page, 'Slutt å vise her').click()
  await expect(page.getByText(/^Stoppet her/)).toBeVisible()

  const elsewhere = await anotherBrowser()
  await logIn(elsewhere, somebody)
  await link(page, 'Slett hvem jeg er').click()
  await expect(heading(page, 'Vil du slette hvem du er hos oss?')).toBeVisible()
  await button(page, 'Ja, slett hvem jeg er').click()
  await expect(heading(page, 'Du er slettet hos oss')).toBeVisible()
  await elsewhere.goto('/my-data')
  await expect(heading(elsewhere, 'Du er slettet hos oss')).toBeVisible()

  expect(await database.ask('SELECT "nationalIdSealed", "fingerprint" FROM "Subject" WHERE "ref" = $1', [ref])).toEqual([{ nationalIdSealed: null, fingerprint: null }])
  expect(await database.ask('SELECT "type", "outcome" FROM "AuditEvent" WHERE "subjectRef" = $1 ORDER BY "id" DESC LIMIT 3', [ref])).toEqual([{ type: 'subject.erased', outcome: null }, { type: 'session.ended', outcome: 'erased' }, { type: 'session.ended', outcome: 'erased' }])

  const anew = await anotherBrowser()
  await logIn(anew, somebody)
  await expect(heading(anew, 'Vil du la oss hente saldoen din?')).toBeVisible()
  expect(await database.subjectOf(somebody)).not.toBe(ref)
  await link(anew, 'Mine data').click()
  await expect(anew.getByText('Du har ikke blitt spurt om noe samtykke her')).toBeVisible()
})

test('another person’s receipt gives nothing, in any form, and the attempt is in the log', async ({ sandbox, database, behindTheScreens }) => {
  const owner = await somebodyWith(sandbox)
  await behindTheScreens.consents(owner)
  const own = await behindTheScreens.logsIn(owner)
  const id = String((await database.consentOf(owner))?.id)
  const intruder = await somebodyWith(sandbox)
  const visitor = await behindTheScreens.logsIn(intruder)
  for (const form of ['', '/pdf', '/jsonld']) {
    expect((await own.send(`/my-data/receipt/${id}${form}`)).status).toBe(200)
    for (const address of [id, id.toUpperCase(), '00000000-0000-4000-8000-000000000000', 'x', '..%2fbalance']) expect((await visitor.send(`/my-data/receipt/${address}${form}`)).status, address + form).toBe(404)
  }
  const refused = (await database.audit(intruder)).filter(({ type }) => type === 'access.refused')
  expect(refused).toHaveLength(6)
  expect(refused[0]).toMatchObject({ actor: 'applicant', outcome: 'receipt-of-another' })
})

test('a year of look-ups stands by month, fifty at a time', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  // Two hours ago may have been last month.
  await database.ask(`SELECT audit_make_partition((now() - interval '1 day')::date)`)
  await database.ask(`INSERT INTO "AuditEvent" ("bank", "at", "type", "actor", "subjectRef", "correlationId") SELECT '311111116', now() - n * interval '1 minute', 'reading.shown', 'applicant', $1, 'K7QM-9XTB-2RWH' FROM generate_series(1, 118) AS n`, [await database.subjectOf(somebody)])
  await page.goto('/my-data')
  const items = page.getByRole('region', { name: 'Hvem har sett saldoen din' }).getByRole('listitem')
  await expect(items).toHaveCount(50)
  await link(page, 'Vis eldre').click()
  await expect(items).toHaveCount(50)
  await link(page, 'Vis eldre').click()
  await expect(items).toHaveCount(21)
  await expect(link(page, 'Vis eldre')).toHaveCount(0)
  await link(page, 'Vis de nyeste').click()
  await expect(items).toHaveCount(50)
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('the page, the receipt and the erasing work', async ({ page, sandbox, behindTheScreens }) => {
    const somebody = await somebodyWith(sandbox)
    await behindTheScreens.seesTheirBalance(page, somebody)
    await link(page, 'Mine data').click()
    await link(page, /^Se kvittering/).click()
    await expect(heading(page, 'Kvittering for samtykke')).toBeVisible()
    await expect(button(page, 'Skriv ut')).toHaveCount(0)
    await link(page, 'Tilbake til Mine data').click()
    await button(page, 'Slutt å vise her').click()
    await link(page, 'Slett hvem jeg er').click()
    await button(page, 'Ja, slett hvem jeg er').click()
    await expect(heading(page, 'Du er slettet hos oss')).toBeVisible()
  })
})

test('the way from the balance to a receipt and on to erasing, with the keyboard alone', async ({ page, sandbox, behindTheScreens }) => {
  await behindTheScreens.seesTheirBalance(page, await somebodyWith(sandbox))
  const press = async (goal: ReturnType<typeof link>) => {
    for (let steps = 0; steps < 60 && !(await goal.evaluate((element) => element === document.activeElement)); steps++) await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
  }
  await press(link(page, 'Mine data'))
  await expect(heading(page, 'Det vi har lagret om deg')).toBeFocused()
  await press(link(page, /^Se kvittering/))
  await expect(heading(page, 'Kvittering for samtykke')).toBeFocused()
  await press(link(page, 'Tilbake til Mine data'))
  await press(button(page, 'Slutt å vise her'))
  await expect(page.getByText(/^Stoppet her/)).toBeVisible()
  await press(link(page, 'Slett hvem jeg er'))
  await press(button(page, 'Ja, slett hvem jeg er'))
  await expect(heading(page, 'Du er slettet hos oss')).toBeFocused()
})

test('no other site’s page takes a file out in the person’s name', async ({ sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  const visitor = await behindTheScreens.logsIn(somebody)
  const receipt = `/my-data/receipt/${(await database.consentOf(somebody))?.id}`
  const before = await database.audit(somebody)
  for (const address of ['/my-data/export.json', '/my-data/export.html', `${receipt}/pdf`, `${receipt}/jsonld`]) {
    for (const site of ['cross-site', 'same-site']) expect((await visitor.send(address, { headers: { 'sec-fetch-site': site } })).status, `${address} ${site}`).toBe(403)
    expect(await database.audit(somebody)).toEqual(before)
    expect((await visitor.send(address, { headers: { 'sec-fetch-site': 'same-origin' } })).status).toBe(200)
    before.splice(0, before.length, ...(await database.audit(somebody)))
  }
})
