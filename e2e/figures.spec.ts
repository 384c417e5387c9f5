import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test as journey } from './journey.ts'
import { logOut, seeBalance } from './steps/applicant.ts'
import { ordinaryTotal, somebodyWith } from './steps/people.ts'
import { ordinaryDigits, tokenWithin } from './steps/screen.ts'

const TOKEN = 'only-for-our-own-prometheus'
type Attribute = { readonly key: string; readonly value: { readonly stringValue?: string; readonly intValue?: number } }
type Span = { readonly name: string; readonly traceId: string; readonly attributes: readonly Attribute[]; readonly events?: readonly unknown[] }

/** A collector of traces that keeps what it is sent. */
async function startCollector() {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => { body += chunk }).on('end', () => {
      if (request.url === '/v1/traces') bodies.push(body)
      response.setHeader('content-type', 'application/json').end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const spans = () => bodies.flatMap((body) => (JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, text: () => bodies.join('\n'), spans, stop: () => new Promise((resolve) => server.close(resolve)) }
}

const test = journey.extend<object, { collector: Awaited<ReturnType<typeof startCollector>> }>({
  collector: [async ({ browserName: _ }, give) => {
    const collector = await startCollector()
    await give(collector)
    await collector.stop()
  }, { scope: 'worker' }],
  houseSettings: [async ({ collector }, give) => give({ env: { METRICS_TOKEN: TOKEN, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } }), { scope: 'worker' }],
})

const valueOf = ({ attributes }: Span, name: string) => attributes.find(({ key }) => key === name)?.value.stringValue

test('figures are for whoever has the token, at any host, and tell of a journey without telling whose', async ({ page, request, sandbox, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  await seeBalance(page, ordinaryTotal)
  expect((await request.get('/api/metrics')).status()).toBe(401)
  expect((await request.get('/api/metrics', { headers: { authorization: 'Bearer something-else-of-length' } })).status()).toBe(401)

  const figures = async () => (await request.get('/api/metrics', { headers: { authorization: `Bearer ${TOKEN}`, host: 'inside.example' } })).text()
  expect(await figures()).toContain('saldosyn_held_readings{bank="311111116"} 1')
  expect(await figures()).toContain('saldosyn_upstream_call_seconds_count{bank="311111116",upstream="lanekassen",outcome="200"} 1')
  expect((await figures()).match(/\{.*\}/g)?.join('\n')).not.toMatch(new RegExp(`${somebody.pid}|${ordinaryDigits.source}|[0-9a-f]{8}-[0-9a-f]{4}`))
})

test('a trace is found by the reference of its page, shows the calls it made, and says nothing of anybody', async ({ page, sandbox, collector, behindTheScreens }) => {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.seesTheirBalance(page, somebody)
  await seeBalance(page, ordinaryTotal)
  const answer = await page.reload()
  const reference = (await answer?.headerValue('x-request-id')) ?? ''
  expect(reference).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){2}$/)
  await expect.poll(() => collector.spans().some((span) => valueOf(span, 'saldosyn.correlation_id') === reference), { timeout: 20_000 }).toBe(true)
  const ofPage = collector.spans().filter((span) => valueOf(span, 'saldosyn.correlation_id') === reference)
  expect(new Set(ofPage.map(({ traceId }) => traceId)).size).toBe(1)
  await logOut(page)
  await expect.poll(() => collector.spans().filter(({ name }) => name === 'lanekassen').map((span) => valueOf(span, 'saldosyn.outcome')), { timeout: 20_000 }).toContain('200')

  const said = collector.text()
  expect(said).not.toMatch(new RegExp(`${somebody.pid}|${tokenWithin.source}|${ordinaryDigits.source}|code=|[?&]s=|Bearer|http\\.(url|target|user_agent)`))
  expect(collector.spans().every(({ events = [] }) => events.length === 0)).toBe(true)
  expect(collector.spans().map(({ name }) => name).join('\n')).not.toMatch(/\d{3}|[0-9a-f]{8}-/)
})
