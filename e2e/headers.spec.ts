import { expect, test } from './journey.ts'
import { byPost, type Answer, type ByPost } from './steps/by-post.ts'
import { newNumber, somebodyWith } from './steps/people.ts'
import { button, giveConsent, logIn, logOut, seeBalance } from './steps/applicant.ts'
import { ordinaryDigits, tokenWithin } from './steps/screen.ts'

const policyOf = (answer: Answer): Map<string, string> =>
  new Map((answer.headers.get('content-security-policy') ?? '').split(';').map((part) => part.trim().split(/ (.*)/)).map(([name = '', value = '']) => [name, value]))
const nonceOf = (answer: Answer): string => /'nonce-([^']+)'/.exec(policyOf(answer).get('script-src') ?? '')?.[1] ?? ''

/** An answer of every kind: pages, errors, redirects, actions, files, and addresses that are not there. */
async function everyKind(visitor: ByPost, stranger: ByPost): Promise<Answer[]> {
  const start = await stranger.send('/')
  const [, file = ''] = /(?:src|href)="(\/_next\/static\/[^"]+)"/.exec(start.body) ?? []
  const own = { origin: visitor.origin }
  return Promise.all([
    ...['/', '/consent', '/consent/return', '/balance', '/logged-out?why=idle', '/no-such-page', '/consent/00000000-0000-4000-8000-000000000000', '/favicon.svg', file, '/_next/static/no-such-file.js',
      '/api/health/live', '/api/health/ready', '/api/lanekassen-logo', '/api/bank-look', '/api/bank-logo', '/api/auth/session', '/api/auth/callback/idporten', '/api/auth/logout', '/api/no-such-route', '/robots.txt', '/.env', '/balance%00', '/%', '/balance%zz', '/balance/', '/my-data', '/my-data/erase', '/my-data/export.json', '/my-data/export.html', '/my-data/receipt/x', '/my-data/receipt/x/pdf', '/my-data/receipt/x/jsonld', '/.well-known/saldosyn-receipt-keys.json', '/staff', '/staff/login', '/staff/logged-out', '/staff/no-access', '/staff/audit', '/staff/audit/export.jsonl', '/staff/audit/export.csv', '/staff/integrations', '/staff/access', '/staff/view/x', '/staff/view/x/live', '/api/staff/auth/callback/staff', '/api/staff/auth/logout'].map((address) => visitor.send(address)),
    stranger.send('/balance'),
    visitor.send('/balance', { headers: { rsc: '1' } }),
    visitor.send('/', { method: 'HEAD' }),
    visitor.send('/', { method: 'POST', headers: own, body: 'x=y' }),
    visitor.send('/', { method: 'POST', headers: { ...own, 'next-action': 'f'.repeat(42), 'content-type': 'text/plain' }, body: '[]' }),
    ...['OPTIONS', 'PUT', 'PATCH', 'DELETE'].flatMap((method) => ['/', '/balance', '/my-data'].map((address) => visitor.send(address, { method, headers: own }))),
    visitor.send('/api/auth/logout/backchannel', { method: 'POST', body: 'x' }),
    stranger.send('/api/auth/logout', { method: 'POST', headers: own }),
  ])
}

test('every answer of every kind brings the headers that keep a browser safe', async ({ house, behindTheScreens }) => {
  const visitor = await behindTheScreens.logsIn({ pid: newNumber() })
  const answers = await everyKind(visitor, byPost(house.appUrl))
  expect(new Set(answers.map(({ status }) => Math.floor(status / 100)))).toEqual(new Set([2, 3, 4]))
  for (const answer of answers) {
    const get = (name: string) => answer.headers.get(name)
    const what = `${answer.status} ${answer.url}`
    expect(get('x-content-type-options'), what).toBe('nosniff')
    expect(get('referrer-policy'), what).toBe('same-origin')
    expect(get('cross-origin-opener-policy'), what).toBe('same-origin')
    expect(get('x-frame-options'), what).toBe('DENY')
    expect(get('x-powered-by'), what).toBeNull()
    expect(get('server'), what).toBeNull()
    expect(get('access-control-allow-origin'), what).toBeNull()
    expect(policyOf(answer).get('frame-ancestors'), what).toBe("'none'")
    expect(policyOf(answer).get('default-src'), what).toBe("'none'")
    const hashed = answer.url.includes('/_next/static/') && answer.status === 200
    const kept = hashed ? /^public, max-age=31536000, immutable$/ : answer.url.endsWith('/favicon.svg') ? /^public, max-age=0$/ : /\bno-store\b/
    expect(get('cache-control'), what).toMatch(kept)
  }
})

test('the content security policy allows our own scripts by nonce, and no others', async ({ house, sandbox }) => {
  const answer = await byPost(house.appUrl).send('/')
  const policy = policyOf(answer)
  expect([...policy.keys()].sort()).toEqual(['base-uri', 'connect-src', 'default-src', 'font-src', 'form-action', 'frame-ancestors', 'img-src', 'manifest-src', 'object-src', 'script-src', 'style-src'])
  expect(answer.headers.get('content-security-policy')).not.toMatch(/unsafe-|\*|https?:\/\/(?!127\.0\.0\.1)/)
  expect(policy.get('script-src')).toBe(`'nonce-${nonceOf(answer)}' 'strict-dynamic'`)
  expect(policy.get('form-action')).toBe(`'self' ${sandbox.url}`)
  expect(policy.get('base-uri')).toBe("'none'")
  const scripts = [...answer.body.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag)
  expect(scripts.length).toBeGreaterThan(3)
  for (const tag of scripts) expect(tag).toContain(`nonce="${nonceOf(answer)}"`)
  expect(answer.body).not.toMatch(/\son\w+="|\sstyle="|javascript:/i)
})

test('fifty loads have fifty nonces of 128 bits', async ({ house }) => {
  const visitor = byPost(house.appUrl)
  const nonces = await Promise.all(Array.from({ length: 50 }, async (_, nr) => nonceOf(await visitor.send(nr % 2 ? '/' : '/no-such-page'))))
  expect(new Set(nonces).size).toBe(50)
  for (const nonce of nonces) expect(Buffer.from(nonce, 'base64')).toHaveLength(16)
})

test('a script or a style that somebody gets into our markup does nothing', async ({ page, complaints }) => {
  const planted = '<style>body { display: none }</style><script>window.planted = 1</script><script src="/favicon.svg"></script><img src="x:" onerror="window.planted = 2"><base href="https://evil.example/">'
  await page.route('/', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: (await response.text()).replace('<main', `${planted}<main`) })
  })
  await page.goto('/')
  await expect(button(page, 'Logg inn')).toBeVisible()
  expect(await page.evaluate(() => ['planted' in window, document.baseURI])).toEqual([false, page.url()])
  await page.evaluate(() => {
    document.body.insertAdjacentHTML('beforeend', '<form id="planted" action="https://evil.example/"></form>')
    document.querySelector<HTMLFormElement>('#planted')?.submit()
  })
  for (const directive of ['style-src-elem', 'script-src-elem', 'script-src-attr', 'base-uri', 'form-action']) await expect.poll(() => complaints.join()).toContain(`CSP ${directive}`)
  complaints.length = 0
})

test('cookies are opaque, small, and out of reach of scripts and of other sites', async ({ house, sandbox, behindTheScreens }) => {
  const set = new Map<string, string>()
  const visitor = byPost(house.appUrl)
  const listening = { ...visitor, send: async (...args: Parameters<typeof visitor.send>) => {
    const answer = await visitor.send(...args)
    for (const line of answer.headers.getSetCookie()) set.set(line.split('=')[0] ?? '', line)
    return answer
  } }
  const start = await listening.send('/')
  const form = await visitor.press(start, 'Logg inn', {}, /\/idporten\/authorize/)
  for (const line of form.headers.getSetCookie()) set.set(line.split('=')[0] ?? '', line)
  const idporten = await visitor.get(String(form.location))
  const callback = await visitor.press(idporten, 'Logg inn med nummeret', { other: (await somebodyWith(sandbox)).pid }, /\/api\/auth\/callback/)
  await listening.send(String(callback.location))
  expect([...set.keys()].sort()).toEqual(['applicant.callback', 'applicant.csrf', 'applicant.nonce', 'applicant.pkce', 'applicant.session', 'applicant.state'])
  for (const [name, line] of set) {
    expect(line, name).toMatch(/; Path=\/(;|$)/i)
    expect(line, name).toMatch(/; HttpOnly(;|$)/i)
    expect(line, name).toMatch(/; SameSite=Lax(;|$)/i)
    expect(line, name).not.toMatch(/domain=/i)
    expect(Buffer.byteLength(line.split(';')[0] ?? ''), name).toBeLessThanOrEqual(512)
  }
  const [session = ''] = (set.get('applicant.session') ?? '').split(';')
  expect(session).toMatch(/^applicant\.session=[A-Za-z0-9_-]{43}$/)
  const other = await behindTheScreens.logsIn({ pid: newNumber() })
  expect(other.cookie('applicant.session')).not.toBe(session.split('=')[1])
})

test('a script in the page cannot read the log-in, and nothing of ours is kept in the browser', async ({ page, sandbox, behindTheScreens }) => {
  await behindTheScreens.seesTheirBalance(page, await somebodyWith(sandbox))
  const kept = await page.evaluate(async () => ({
    cookie: document.cookie, local: JSON.stringify(localStorage), session: JSON.stringify(sessionStorage), caches: await caches.keys(), databases: await indexedDB.databases(), workers: (await navigator.serviceWorker.getRegistrations()).length,
  }))
  expect(kept).toEqual({ cookie: '', local: '{}', session: '{}', caches: [], databases: [], workers: 0 })
})

test('no token reaches the browser but the hint in the log-out form, and nothing personal stands in an address', async ({ page, sandbox, house }) => {
  const somebody = await somebodyWith(sandbox)
  const seen: { url: string; tokens: number }[] = []
  const tokensIn = (text: string) => text.match(tokenWithin)?.length ?? 0
  const texts: Promise<void>[] = []
  page.on('response', (answer) => {
    const ours = answer.url().startsWith(house.appUrl) && ![204, 303].includes(answer.status()) && !answer.url().endsWith('/api/auth/logout')
    texts.push((ours ? answer.text() : Promise.resolve('')).catch(() => '').then((text) => { seen.push({ url: answer.url(), tokens: tokensIn(text) }) }))
  })
  // Its answer is gone with the page before it can be read: it is read on the way.
  await page.route('/api/auth/logout', async (route) => {
    const response = await route.fetch({ maxRedirects: 0 })
    seen.push({ url: 'the log-out form', tokens: tokensIn(await response.text()) })
    await route.fulfill({ response })
  })
  await logIn(page, somebody)
  await giveConsent(page, somebody)
  await seeBalance(page, '13 055,23 kr')
  await page.goto('/consent')
  // One after the other: a choice that is still on its way when the page is left is lost.
  await button(page, 'English').click()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  await button(page, 'Bokmål').click()
  await expect(page.locator('html')).toHaveAttribute('lang', 'nb')
  await logOut(page)
  await Promise.all(texts)

  expect(seen.length).toBeGreaterThan(30)
  expect(seen.filter(({ tokens }) => tokens > 0)).toEqual([{ url: 'the log-out form', tokens: 1 }])
  for (const { url } of seen) {
    // The state of a log-in underway is sealed by us for us: it says nothing to anybody else.
    const bare = url.replace(/(?<=[?&])state=eyJhbGciOiJkaXIi[^&]*/, '')
    expect(tokensIn(bare), url).toBe(0)
    for (const personal of [somebody.pid.slice(0, 6), somebody.pid.slice(6), ordinaryDigits, /[\s+]kr(?!\w)/]) expect(decodeURIComponent(bare)).not.toMatch(personal)
  }
})
