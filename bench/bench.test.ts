import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCaller } from './exchange.ts'
import { closedLoop, openLoop } from './load.ts'
import { median, quantile } from './numbers.ts'
import { scriptsIn } from './page-scripts.ts'
import { statementsIn } from './statements.ts'

describe('the load generator', () => {
  test('counts a stall against everyone who came meanwhile, where a closed loop sees it once', async () => {
    let free = Promise.resolve()
    const stalling = () => { free = pause(300) }
    const send = async () => { await free; return { failed: null } }
    setTimeout(stalling, 150)
    const open = await openLoop({ rate: 100, seconds: 0.8, settle: 0, send })
    setTimeout(stalling, 150)
    const closed = await closedLoop({ clients: 1, seconds: 0.8, settle: 0, send: async () => { await pause(2); return send() } })
    expect(open.latencies).toHaveLength(80)
    expect(open.latencies.filter((ms) => ms > 50).length).toBeGreaterThan(15)
    expect(closed.latencies.filter((ms) => ms > 50).length).toBe(1)
  })
  test('keeps the rate it was told, and counts what fails by reason', async () => {
    let n = 0
    const measured = await openLoop({ rate: 200, seconds: 0.5, settle: 0.1, send: async () => ({ failed: n++ % 2 === 0 ? null : 'page 500' }) })
    expect(n).toBe(120)
    expect(measured.latencies).toHaveLength(50)
    expect(measured.failures).toEqual({ 'page 500': 60 })
    const broken = await closedLoop({ clients: 2, seconds: 0.05, settle: 0, send: async () => { await pause(5); throw Object.assign(new Error('x'), { code: 'ECONNRESET' }) } })
    expect(Object.keys(broken.failures)).toEqual(['ECONNRESET'])
    expect(broken.latencies).toEqual([])
  })
})

describe('one exchange', () => {
  const server = createServer((req, res) => { res.writeHead(req.method === 'POST' ? 303 : 200, { location: '/there' }).end(`${req.headers.host} ${req.headers['accept-encoding'] ?? 'plain'}`) })
  beforeAll(() => new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) }))
  afterAll(() => { server.close() })
  test('goes to this machine under the app’s own name, asks for no compression and follows nothing', async () => {
    const { port } = server.address() as AddressInfo
    const caller = createCaller()
    const url = new URL(`http://localhost:${port}/`)
    const [got, posted] = [await caller.call({ url }), await caller.call({ url, method: 'POST', body: 'å' })]
    caller.close()
    expect([got.status, got.body.toString()]).toEqual([200, `localhost:${port} plain`])
    expect([posted.status, posted.headers.location]).toEqual([303, '/there'])
  })
})

test('numbers: nearest rank, and the middle of the rounds', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1)
  expect([quantile(hundred, 0.5), quantile(hundred, 0.99), quantile([7], 0.99), quantile([], 0.5)]).toEqual([50, 99, 7, Number.NaN])
  expect([median([5, 1, 900]), median([4, 2])]).toEqual([5, 3])
})

test('scripts of a page: elements, preloads and what the data names, but no nomodule and nothing twice', () => {
  const chunk = (name: string) => `/_next/static/chunks/${name}.js`
  const html = `<link rel="preload" as="script" fetchPriority="low" href="${chunk('a')}"/><link rel="preload" as="font" href="/f.woff2"/>
    <script src="${chunk('a')}" async="" nonce="x"></script><script src="${chunk('b~1.-_')}" async=""></script><script src="${chunk('old')}" noModule="" nonce="x"></script>
    <script nonce="x">self.__next_f.push([1,"I[1,[\\"${chunk('c')}\\"],\\"default\\"]"])</script>`.replaceAll('\\\\"', '\\"')
  expect(scriptsIn(html).sort()).toEqual([chunk('a'), chunk('b~1.-_'), chunk('c')])
})

test('statements in PostgreSQL’s log: those of the counted instance, without its job queue', () => {
  const log = [
    '11 counted|LOG:  execute <unnamed>: SELECT 1',
    '12 counted|LOG:  statement: LISTEN "jobs:insert"',
    '12 counted|LOG:  execute get_job/local: with j as (select * from "graphile_worker"._private_jobs)',
    '12 counted|LOG:  statement: COMMIT',
    '13 saldosyn|LOG:  execute <unnamed>: SELECT 2',
    '11 counted|LOG:  execute s1: SELECT "public"."Session"."tokenHash" FROM "public"."Session"\n\tWHERE x = $1',
    '11 counted|LOG:  disconnection',
    '',
  ].join('\n')
  expect(statementsIn(log)).toEqual(['SELECT 1', 'SELECT … FROM "Session" WHERE x = $1'])
})
