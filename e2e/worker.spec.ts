import { expect, test } from './journey.ts'

test.use({ houseSettings: { env: { BACKGROUND_JOBS: 'only' } } })

test('a worker does the background work, tells its health, and has no pages', async ({ request, database }) => {
  await expect.poll(async () => (await database.ask('SELECT identifier FROM graphile_worker._private_known_crontabs')).map(({ identifier }) => identifier), { timeout: 15_000 }).toContain('seal-audit-log')
  expect(await (await request.get('/api/health/ready')).json()).toMatchObject({ status: 'ready' })
  for (const path of ['/', '/balance', '/my-data', '/login', '/api/auth/callback/idporten']) expect((await request.get(path, { maxRedirects: 0 })).status(), path).toBe(404)
})
