import { connect, createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { startThrowawayDatabase } from '../cli/throwaway-database.mjs'
import { expect, test as base } from './journey.ts'
import { heading, seeBalance } from './steps/applicant.ts'
import { byPost } from './steps/by-post.ts'
import { startHouse } from './steps/house.ts'
import { ordinaryTotal, somebodyWith } from './steps/people.ts'
import { showsNoAmount, words } from './steps/screen.ts'

/** What stands between the app and its database, and can let nothing through. */
type Wire = { cut(): void; mend(): void; hold(): void; port: number; stop(): Promise<void>; leadsTo(port: number): void }

async function layWire(): Promise<Wire> {
  let [state, goal] = ['whole' as 'whole' | 'cut' | 'held', 0]
  const open = new Set<Socket>()
  const server = createServer((near) => {
    if (state === 'cut') return near.destroy()
    const far = connect(goal, '127.0.0.1')
    for (const end of [near, far]) {
      open.add(end)
      end.on('error', () => { near.destroy(); far.destroy() }).on('close', () => { open.delete(end); near.destroy(); far.destroy() })
    }
    near.on('data', (data) => { if (state !== 'held') far.write(data) })
    far.on('data', (data) => { if (state !== 'held') near.write(data) })
    return undefined
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const dropAll = () => { for (const end of open) end.destroy() }
  return {
    port: (server.address() as AddressInfo).port,
    leadsTo(port) { goal = port },
    cut() { state = 'cut'; dropAll() },
    hold() { state = 'held' },
    mend() { state = 'whole'; dropAll() },
    stop: () => new Promise((resolve) => { dropAll(); server.close(() => { resolve() }) }),
  }
}

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
      const logs = join(project.outputDir, '../logs', `wire-${parallelIndex}`)
      const database = await startThrowawayDatabase({ log: join(logs, 'own-postgres.log') })
      const { DATABASE_URL: databaseUrl, DATABASE_OWNER_URL: ownerUrl } = database.env
      wire.leadsTo(Number(new URL(databaseUrl).port))
      const house = await startHouse(logs, { env: { DATABASE_URL: Object.assign(new URL(databaseUrl), { port: String(wire.port) }).href } })
      await give({ ...house, databaseUrl, ownerUrl })
      await house.stop()
      await database.stop()
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

test('the page without a database is plain, in the person’s language, and bears every header', async ({ page, wire, house }) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'English' }).click()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  wire.cut()
  const probe = byPost(house.appUrl)
  await expect.poll(async () => (await probe.send('/')).status).toBe(503)
  await page.goto('/')
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  expect((await new AxeBuilder({ page }).setLegacyMode().analyze()).violations.map(({ id }) => id)).toEqual([])
  await page.setViewportSize({ width: 320, height: 256 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
  const { headers } = await probe.send('/')
  expect(headers.get('retry-after')).toBe('10')
  expect([headers.get('cache-control'), headers.get('x-content-type-options'), headers.get('x-frame-options'), headers.get('referrer-policy')]).toEqual(['no-store', 'nosniff', 'DENY', 'same-origin'])
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
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
