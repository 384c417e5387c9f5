import { expect, test } from 'vitest'
import { createMeters } from './meters'
import { watchUpstreams } from './watch-upstreams'

const bank = '311111116'
async function seen(upstreams: Record<string, string | undefined>, ...calls: [url: string, outcome: string][]) {
  const meters = createMeters()
  const watch = watchUpstreams(meters, bank, upstreams)
  for (const [url, outcome] of calls) watch(new URL(url))(outcome, null)
  const line = /^saldosyn_upstream_call_seconds_count\{bank="(.*)",upstream="(.*)",outcome="(.*)"\} (\d+)$/gm
  return [...(await meters.registry.metrics()).matchAll(line)].map((found) => found.slice(1).join(' '))
}

test('a request counts for the upstream at whose address it is, by its answer', async () => {
  const parties = { idporten: 'https://test.idporten.no', maskinporten: 'https://test.maskinporten.no/', lanekassen: 'https://api.lanekassen.example/saldo/v1/Accounts', altinn2: undefined }
  expect(await seen(parties, ['https://test.maskinporten.no/token', '200'], ['https://test.maskinporten.no/jwk', 'timed-out'], ['https://api.lanekassen.example/saldo/v1/Accounts', '200'], ['https://api.lanekassen.example/saldo/v1/Accounts', '200'])).toEqual([
    `${bank} maskinporten 200 1`, `${bank} maskinporten timed-out 1`, `${bank} lanekassen 200 2`,
  ])
})

test('parties at one origin are told apart by their folders, whole names only', async () => {
  const street = { altinn: 'http://localhost:7000/altinn', altinn2: 'http://localhost:7000/altinn2', lanekassen: 'http://localhost:7000/lanekassen/saldo' }
  expect(await seen(street, ['http://localhost:7000/altinn2/api', '200'], ['http://localhost:7000/altinn/x', '200'], ['http://localhost:7000/lanekassen/saldo', '429'])).toEqual([`${bank} altinn2 200 1`, `${bank} altinn 200 1`, `${bank} lanekassen 429 1`])
})
