import { join } from 'node:path'
import { expect, test as base } from './journey.ts'
import { heading, seeBalance } from './steps/applicant.ts'
import { byPost } from './steps/by-post.ts'
import { looksRight } from './steps/looks.ts'
import { ordinaryTotal, somebodyWith } from './steps/people.ts'
import { showsNoAmount, words } from './steps/screen.ts'
import { databaseAway, layWire, startHouseBehind, type Wire } from './steps/wire.ts'

const test = base.extend<{ mended: undefined }, { wire: Wire }>({
  wire: [
    async ({ browser: _browser }, give) => {
      const wire = await layWire()
      await give(wire)
      await wire.stop()
    },
    { scope: 'worker' },
  ],
  house: [
    async ({ wire }, give, { project, parallelIndex }) => {
      const { house, stop } = await startHouseBehind(wire, join(project.outputDir, '../logs', `wire-${parallelIndex}`))
      await give(house)
      await stop()
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  mended: [async ({ wire }, give) => { await give(undefined); wire.mend() }, { auto: true }],
})

const title = 'Vi har en feil hos oss'

test('while the database is away nothing is shown and nothing is said that is not so; when it is back, so is everything', async ({ page, wire, house, sandbox, behindTheScreens }) => {
  await behindTheScreens.seesTheirBalance(page, await somebodyWith(sandbox))
  await seeBalance(page, ordinaryTotal)
  wire.cut()
  const probe = byPost(house.appUrl)
  await expect.poll(async () => (await probe.send('/')).status).toBe(503)
  expect((await page.reload())?.status()).toBe(503)
  await expect(heading(page, title)).toBeVisible()
  expect(await words(page)).toContain('Vi får ikke kontakt med databasen vår.')
  await showsNoAmount(page)
  const [, reference] = /Referanse: (\S+)/.exec(await words(page)) ?? []
  expect(house.log.app()).toContain(String(reference))
  for (const address of ['/', '/consent', '/consent/return', '/logged-out', '/no-such-page', '/api/auth/callback/idporten?code=x&state=y']) expect((await page.request.get(address, { maxRedirects: 0 })).status(), address).toBe(503)
  expect((await page.request.post('/api/auth/logout', { headers: { origin: house.appUrl }, maxRedirects: 0 })).status()).toBe(503)

  wire.mend()
  await expect(async () => {
    await page.getByRole('link', { name: 'Prøv igjen' }).click()
    await seeBalance(page, ordinaryTotal)
  }).toPass()
  expect(await sandbox.calls()).toEqual({ asked: 1, answered: 1 })
})

test('the page without a database is plain, in the person’s language, and bears every header', async ({ page, wire, house, sandbox, database, behindTheScreens }) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'English' }).click()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  wire.cut()
  const probe = byPost(house.appUrl)
  await expect.poll(async () => (await probe.send('/')).status).toBe(503)
  await page.goto('/')
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  const { headers } = await probe.send('/')
  expect(headers.get('retry-after')).toBe('10')
  expect([headers.get('cache-control'), headers.get('x-content-type-options'), headers.get('x-frame-options'), headers.get('referrer-policy')]).toEqual(['no-store', 'nosniff', 'DENY', 'same-origin'])
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  await looksRight(databaseAway(wire), { page, sandbox, database, behindTheScreens }, house.appUrl)
})

test('the health of the house tells a database that is away from a process that is gone', async ({ wire, house }) => {
  const probe = byPost(house.appUrl)
  expect((await probe.send('/api/health/ready')).status).toBe(200)
  wire.cut()
  await expect.poll(async () => (await probe.send('/api/health/ready')).status).toBe(503)
  const ready = await probe.send('/api/health/ready')
  expect(JSON.parse(ready.body)).toMatchObject({ status: 'not ready', checks: { settings: 'ok', database: 'down' } })
  expect((await probe.send('/api/health/live')).status).toBe(200)
  wire.mend()
  await expect.poll(async () => (await probe.send('/api/health/ready')).status).toBe(200)
})

test('a database that says nothing holds nobody for more than ten seconds', async ({ page, wire, house, sandbox, behindTheScreens }) => {
  await behindTheScreens.seesTheirBalance(page, await somebodyWith(sandbox))
  wire.hold()
  const timed = async <T>(answer: Promise<T>): Promise<T> => {
    const since = Date.now()
    const given = await answer
    expect(Date.now() - since).toBeLessThan(10_000)
    return given
  }
  // The first may come while the database's last good answer still counts.
  await expect.poll(async () => (await timed(byPost(house.appUrl).send('/'))).status, { timeout: 12_000 }).toBe(503)
  expect((await timed(page.reload({ timeout: 15_000 })))?.status()).toBe(503)
  expect(await page.evaluate(() => document.body.innerText)).not.toMatch(/\d,\d\d.kr/)
})

test('no address, password or statement of the database is in the log', async ({ wire, house }) => {
  const probe = byPost(house.appUrl)
  wire.cut()
  await expect.poll(async () => (await probe.send('/')).status).toBe(503)
  wire.mend()
  const { password, port } = new URL(house.databaseUrl)
  expect(house.log.app()).not.toContain(password)
  expect(house.log.app()).not.toMatch(new RegExp(`127\\.0\\.0\\.1:${port}|SELECT|postgresql://`))
  expect(house.log.app()).toContain('The database does not answer')
})
