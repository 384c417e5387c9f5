/**
 * npm run bench -- --sharing: how long an adviser's screen still shows the figures after the customer has logged out, has
 * stopped, or we have heard that the consent is withdrawn. In a real browser, on another instance than the one that ends it;
 * in turn, in one run. Prints a table and writes test-results/bench-sharing.json. `--quick`: a few of each.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { parseConfig } from '@/lib/config'
import { followConsentEvents } from '@/lib/consent/follow-consent-events'
import { newCorrelationId } from '@/lib/correlation-id'
import { Secret } from '@/lib/secret'
import { createServices, type Services } from '@/lib/services'
import { keyFromToken, newSessionToken, tokenHashOf } from '@/lib/session/session'
import { codeValidUntil } from '@/lib/sharing/share'
import { sealForAnother } from '@/lib/sources/held-reading'
import { keyFromStaffToken } from '@/lib/staff/staff-session'
import { freePort, ROOT } from '../cli/run.mjs'
import { startStack } from '../cli/stack.mjs'
import { findChromium } from '../e2e/chromium.ts'
import { byPost } from '../e2e/steps/by-post.ts'
import { createApplicants, type Applicant, type LogIn } from './applicants.ts'
import { buildWithHello } from './build.ts'
import { startInstance } from './instance.ts'
import { about, load } from './machine.ts'
import { quantile, rounded, sorted } from './numbers.ts'

const ends = ['log-out', 'stop', 'revocation'] as const
type End = (typeof ends)[number]
/** Of each end. */
const RUNS = process.argv.includes('--quick') ? 5 : 70
const GOAL = 2_000
const BOX = join(ROOT, '.data/bench')
const RESULTS = join(ROOT, 'test-results')
const bytes = (n: number) => new Uint8Array(randomBytes(n))
const began = performance.now()
const say = (words: string) => { console.log(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${words}`) }

/** An adviser whose role the provider need not confirm while this runs. */
async function anAdviser({ db, clock }: Services) {
  const [token, staffRef, now] = [new Secret(newSessionToken()), randomUUID(), clock.now()]
  const [tokenHash, unit, inADay] = [tokenHashOf(token.reveal()), 'Avdeling Sentrum', new Date(now.getTime() + 86_400_000)]
  await db.staffMember.create({ data: { ref: staffRef, fingerprint: bytes(32), unit, createdAt: now, lastLogInAt: now } })
  await db.staffSession.create({ data: { tokenHash, staffRef, unit, roles: ['adviser'], createdAt: now, lastSeenAt: inADay, expiresAt: inADay, checkedAt: inADay, tokensSealed: bytes(8) } })
  return { token, adviser: { tokenHash, staffRef, unit, roles: ['adviser'] as const }, readerKey: keyFromStaffToken(token, 'reading') }
}
type Adviser = Awaited<ReturnType<typeof anAdviser>>

/** Opens a share of this log-in for the adviser, at the stores: the code and its slow derivation are not what is measured. */
async function opened({ shares, openShares, clock, sessionLimits }: Services, { token: cookie, session, applicant }: LogIn, { adviser, readerKey }: Adviser): Promise<string> {
  const [token, now, codeKey, id] = [new Secret(cookie), clock.now(), bytes(32), randomUUID()]
  const live = { at: now, idleSince: new Date(now.getTime() - sessionLimits.idleMinutes * 60_000), correlationId: newCorrelationId() }
  const held = await shares.shareable(session.tokenHash, live)
  if (!held) throw new Error('there is nothing to share')
  const code = { handle: randomUUID().slice(0, 8), salt: bytes(16), verifier: bytes(32), codeSealed: bytes(36) }
  const sealedKey = sealForAnother(held.sealedKey, held.readingId, keyFromToken(token, 'reading'), codeKey)
  const about = { subjectRef: applicant.subjectRef, consentId: held.consentId }
  const begun = await shares.start({ id, ...about, createdAt: now, codeUntil: codeValidUntil(now), invitationId: null, sessionHash: session.tokenHash, readingId: held.readingId, sealedKey, code }, { type: 'share.started', actor: 'applicant', outcome: 'by-code', ...about, ...live })
  const tried = await openShares.try(code.handle, now)
  if (!begun.ok || !tried) throw new Error('the share did not begin')
  const errand = { purpose: 'Lånesøknad', caseNumber: '2026/17' }
  if (!(await openShares.open(tried, { ...adviser, errand, sealedKey: sealForAnother(sealedKey, held.readingId, codeKey, readerKey) }, live))) throw new Error('the share did not open')
  return id
}

/**
 * Notes, by the browser's own clock, when the figures stop standing on a page: taken away, hidden, or the page left. The note
 * outlives the page, which a call from it to us would not always do.
 */
const watchFigures = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    let shown = false
    const note = () => { sessionStorage.setItem('gone', String(Date.now())) }
    const look = () => {
      const figure = document.querySelector('main strong')
      const stands = figure !== null && figure.closest('[hidden]') === null
      if (shown && !stands) note()
      shown = stands
    }
    new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true })
    addEventListener('pagehide', () => { if (shown) note() })
  })

async function measured(stack: Awaited<ReturnType<typeof startStack>>, otherUrl: string): Promise<Record<End, number[]>> {
  const house = createServices(parseConfig(stack.settings))
  const applicants = createApplicants(house, stack.sandboxUrl)
  await applicants.control('PUT', 'settings', { eventsDelaySeconds: 0 })
  const browser = await chromium.launch({ executablePath: await findChromium(), args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] })
  const times: Record<End, number[]> = { 'log-out': [], stop: [], revocation: [] }
  try {
    const [people, adviser] = [await applicants.all(), await anAdviser(house)]
    const context = await browser.newContext({ locale: 'nb-NO' })
    await context.addCookies([{ name: 'staff.session', value: adviser.token.reveal(), url: otherUrl, httpOnly: true, sameSite: 'Lax' }])
    const page = await context.newPage()
    await watchFigures(page)
    for (let run = 0; run < RUNS; run++)
      for (const end of ends) {
        const person = people[run % people.length]
        if (!person) throw new Error('nobody has consented')
        const [logIn] = await applicants.logIns([person], 1)
        if (!logIn) throw new Error('nobody has logged in')
        await applicants.read(logIn)
        const id = await opened(house, logIn, adviser)
        const streams = page.waitForResponse((response) => response.url().endsWith('/live'))
        await page.goto(`${otherUrl}/staff/view/${id}`)
        await page.locator('main strong').waitFor()
        await streams
        const ending = await waysToEnd(stack.appUrl, house, applicants, logIn, person, end)
        const at = Date.now()
        await ending()
        await page.getByText('Visningen er slutt').waitFor()
        const goneAt = Number(await page.evaluate(() => sessionStorage.getItem('gone')))
        if (goneAt < at) throw new Error(`the figures were not seen to go after the ${end}`)
        times[end].push(goneAt - at)
        if (run % 10 === 9 && end === 'revocation') say(`${run + 1} of ${RUNS}, load ${load()[0]}`)
      }
  } finally {
    await browser.close()
    await house.db.$disconnect()
  }
  return times
}

/** What ends a share, made ready so that nothing but the end itself is timed. */
async function waysToEnd(appUrl: string, house: Services, applicants: ReturnType<typeof createApplicants>, { token }: LogIn, person: Applicant, end: End): Promise<() => Promise<unknown>> {
  const customer = byPost(appUrl)
  customer.setCookie('applicant.session', token)
  if (end === 'log-out')
    return async () => {
      const { status } = await customer.send('/api/auth/logout', { method: 'POST', headers: { origin: appUrl } })
      if (status >= 400) throw new Error(`the log-out was answered ${status}`)
    }
  if (end === 'stop') {
    const balance = await customer.get('/balance')
    return () => customer.press(balance, 'Stopp deling')
  }
  const { provider, coveredBy } = house.policy
  const [consent] = await house.consents.ofSubject(person.subjectRef, house.policy.resource, coveredBy)
  await applicants.control('POST', `consents/${consent?.id}/revoke`)
  return async () => {
    const followed = await followConsentEvents(house, { provider, coveredBy, everySeconds: 0, correlationId: newCorrelationId() })
    if (!followed.ok || followed.value.settled === 0) throw new Error('the withdrawal was not heard of')
    await applicants.consentsAnew(person)
  }
}

mkdirSync(join(BOX, 'logs'), { recursive: true })
mkdirSync(RESULTS, { recursive: true })
let stop = async () => {}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop().finally(() => process.exit(1)))
try {
  const server = await buildWithHello(say)
  say('Starting PostgreSQL, the sandbox and two instances of the app …')
  const stack = await startStack({ port: await freePort(), sandboxPort: await freePort(), throwaway: true, server, logs: join(BOX, 'logs'), onStop: (how) => { stop = how } })
  const other = await startInstance({ server, port: await freePort(), settings: stack.settings, log: join(BOX, 'logs/instance.log') })
  try {
    const times = await measured(stack, other.appUrl)
    const all = ends.flatMap((end) => times[end])
    const rows = [...ends.map((end) => [end, times[end]] as const), ['all', all] as const].map(([end, taken]) => {
      const inOrder = sorted(taken)
      return { end, runs: taken.length, p50: rounded(quantile(inOrder, 0.5), 0), p99: rounded(quantile(inOrder, 0.99), 0), longest: inOrder.at(-1) }
    })
    console.log(`\nMilliseconds from the beginning of the request that ends the share, at one instance, to the figures being gone from the screen at another.\nGoal: p99 at most ${GOAL} ms.\n`)
    console.table(rows)
    writeFileSync(join(RESULTS, 'bench-sharing.json'), `${JSON.stringify({ machine: await about(stack.databaseUrl), runs: RUNS, rows, times, loadAfter: load(), seconds: (performance.now() - began) / 1000 }, null, 2)}\n`)
  } finally {
    await other.stop()
  }
} catch (error) {
  console.error(`\nThe bench broke off. ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
} finally {
  await stop()
}
