import { SignJWT } from 'jose'
import { expect, test } from './journey.ts'
import { button, heading, logIn, seeBalance } from './steps/applicant.ts'
import { byPost } from './steps/by-post.ts'
import { newNumber, ordinaryTotal, somebodyWith } from './steps/people.ts'
import { showsNoAmount } from './steps/screen.ts'
import type { Database } from './steps/database.ts'

/** ID-porten's own calls, when a person logs out somewhere else. */

async function sidOf(database: Database): Promise<string> {
  const [session] = await database.ask('SELECT "idpSid" FROM "Session"')
  return String(session?.idpSid)
}
const frontChannel = (iss: string, sid: string) => `/api/auth/logout/frontchannel?${new URLSearchParams({ iss, sid }).toString()}`

test('somebody who logs out at Altinn is logged out here over the back channel, alone', async ({ house, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  const visitor = await behindTheScreens.logsIn(somebody)
  expect(await database.count('HeldReading')).toBe(1)
  await visitor.press(await visitor.get(`${sandbox.url}/altinn/profile`), 'Logg ut')

  expect(await sandbox.requests({ party: 'idporten', step: 'backchannel' })).toMatchObject([{ status: 200 }, { status: 200 }])
  expect(await database.sessionsOf(somebody)).toEqual([])
  expect([await database.count('HeldReading'), await database.count('ReadingSeal')]).toEqual([0, 0])
  expect((await database.audit(somebody)).at(-1)).toMatchObject({ type: 'session.ended', actor: 'id-porten', outcome: 'back-channel' })
  expect((await visitor.get(`${house.appUrl}/balance`)).url).toContain('/logged-out?why=elsewhere')
})

test('somebody who logs out at Altinn is logged out here over the front channel, alone', async ({ page, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  await logIn(page, somebody)
  await seeBalance(page, ordinaryTotal)
  await sandbox.breaks('idporten', { fault: 'no-backchannel' })
  const [frame] = await Promise.all([
    page.waitForRequest(/\/api\/auth\/logout\/frontchannel/),
    page.goto(`${sandbox.url}/altinn/profile`).then(() => button(page, 'Logg ut').click()),
  ])
  expect((await frame.allHeaders()).cookie, 'a frame of another site brings no cookie').toBeUndefined()
  await expect.poll(() => database.sessionsOf(somebody)).toEqual([])
  expect([await database.count('HeldReading'), await database.count('ReadingSeal')]).toEqual([0, 0])
  expect((await database.audit(somebody)).at(-1)).toMatchObject({ type: 'session.ended', actor: 'id-porten', outcome: 'front-channel' })
  // Altinn's own page is on its way elsewhere: we look in another tab.
  const tab = await page.context().newPage()
  await tab.goto('/balance')
  await expect(heading(tab, 'Du er logget ut')).toBeVisible()
  await showsNoAmount(tab)
})

test('a front-channel call needs no cookie and may come twice; a wrong one does nothing', async ({ house, sandbox, database, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.logsIn(somebody)
  const [iss, sid] = [`${sandbox.url}/idporten`, await sidOf(database)]
  const idporten = byPost(house.appUrl)
  for (const [address, status] of [
    [frontChannel(iss, 'a-sid-nobody-has'), 200], [frontChannel(`${sandbox.url}/staff`, sid), 400], [frontChannel('https://idporten.no', sid), 400], [frontChannel('', sid), 400],
    [frontChannel(iss, ''), 400], [`/api/auth/logout/frontchannel?sid=${sid}`, 400], [`/api/auth/logout/frontchannel?iss=${iss}`, 400],
    [`${frontChannel(iss, sid)}&sid=${sid}`, 400], [`${frontChannel(iss, sid)}&iss=https://evil.example`, 400], [frontChannel(iss, `${sid}' OR '1'='1`), 400], [frontChannel(iss, sid.toUpperCase()), 200],
  ] as const) {
    expect((await idporten.send(address)).status, address).toBe(status)
  }
  expect(await database.count('Session')).toBe(1)
  expect((await idporten.send(frontChannel(iss, sid), { method: 'POST' })).status).toBe(405)
  expect(await database.count('Session')).toBe(1)

  for (let times = 0; times < 2; times++) {
    const answer = await idporten.send(frontChannel(`${iss}/`, sid))
    expect([answer.status, answer.body, answer.headers.get('cache-control')]).toEqual([200, '', 'no-store'])
  }
  expect(await database.count('Session')).toBe(0)
  expect((await database.audit(somebody)).filter(({ type }) => type === 'session.ended')).toHaveLength(1)
})

test('only ID-porten may show the front-channel page in a frame', async ({ house, sandbox }) => {
  const answer = await byPost(house.appUrl).send(frontChannel(`${sandbox.url}/idporten`, 'a-sid-nobody-has'))
  expect(answer.headers.get('content-security-policy')).toBe(`default-src 'none'; frame-ancestors ${sandbox.url}`)
  expect(answer.headers.get('x-frame-options')).toBeNull()
})

test('a log-out of one person leaves the others in', async ({ sandbox, database, behindTheScreens }) => {
  const [one, other] = [await somebodyWith(sandbox), { pid: newNumber() }]
  const first = await behindTheScreens.logsIn(one)
  await behindTheScreens.logsIn(other)
  await first.press(await first.get(`${sandbox.url}/altinn/profile`), 'Logg ut')
  expect(await database.sessionsOf(one)).toEqual([])
  expect(await database.sessionsOf(other)).toHaveLength(1)
})

test('what is posted to the back channel and is no log-out token changes nothing', async ({ house, database, behindTheScreens }) => {
  await behindTheScreens.logsIn({ pid: newNumber() })
  const idporten = byPost(house.appUrl)
  const post = (body: string | URLSearchParams, type = 'application/x-www-form-urlencoded') =>
    idporten.send('/api/auth/logout/backchannel', { method: 'POST', body, headers: { 'content-type': type } })
  const key = new TextEncoder().encode('x'.repeat(32))
  const homemade = await new SignJWT({ sid: await sidOf(database) }).setProtectedHeader({ alg: 'HS256', typ: 'logout+jwt' }).setIssuedAt().setExpirationTime('2m').sign(key)
  for (const answer of [
    await post(''), await post('logout_token='), await post('logout_token=x.y.z'), await post(`logout_token=${homemade}`),
    await post(JSON.stringify({ logout_token: homemade }), 'application/json'), await post(`logout_token=${'x'.repeat(20_000)}`),
  ]) {
    expect(answer.status).toBe(400)
    expect(answer.headers.get('cache-control')).toBe('no-store')
  }
  expect((await idporten.send('/api/auth/logout/backchannel')).status).toBe(405)
  expect(await database.count('Session')).toBe(1)
  expect(await database.count('UsedLogoutToken')).toBe(0)
})
