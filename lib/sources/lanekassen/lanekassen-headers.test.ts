import { describe, expect, test } from 'vitest'
import { createHttp } from '@/lib/http'
import { Secret } from '@/lib/secret'
import { aNationalId, besidesReferences, day, digits, othersDigits } from '@/lib/testing/builders'
import { logKept } from '@/lib/testing/fakes'
import { aServer, saying, type Answering } from '@/lib/testing/server'
import { createLanekassen } from './lanekassen'

const account = (name: string, amount: string, { type = 'closingBooked', bban = digits } = {}) =>
  `{"Balances":[{"BalanceType":"${type}","BalanceAmount":{"currency":"NOK","amount":${amount}},"LastChangeDateTime":"2026-01-15T21:02:11.307Z"}],"Name":"${name}","Bban":"${bban}","Assert":""}`
const body = (total: string, ...accounts: string[]) => `{"Accounts":[${accounts.join()}],"TotalAmount":${total}}`

async function lanekassenSaying(answer: Answering) {
  const server = await aServer(answer)
  const { http } = createHttp({ origins: [server.origin], now: () => day(0) })
  const log = logKept()
  const source = createLanekassen({ http, log }, { url: `${server.origin}/saldo/v1/Accounts`, apiKey: new Secret('the-api-key'), scope: 's' })
  const read = (consentToken: Secret | null = null) => source.read({ accessToken: new Secret('eyJ.access.token'), consentToken }, aNationalId(), 'b7c5f6a4-0000-4000-8000-000000000001')
  return { server, log, read }
}
const balanceIn = async (text: string) => (await lanekassenSaying(saying(200, text))).read()

describe('the call', () => {
  test('is one GET with these headers, spelt like this, and no other that says anything', async () => {
    const { server, read } = await lanekassenSaying(saying(200, body('0')))
    await read(new Secret('eyJ.consent.token'))
    const [{ method, url, rawHeaders, body: sent } = { method: '', url: '', rawHeaders: [], body: '' }] = server.seen
    const headers = Object.fromEntries(rawHeaders.flatMap((name, n) => (n % 2 ? [] : [[name, rawHeaders[n + 1]]]))) as Record<string, string>
    expect([method, url, sent]).toEqual(['GET', '/saldo/v1/Accounts', ''])
    expect(headers).toMatchObject({ ApiKey: 'the-api-key', Authorization: 'eyJ.access.token', 'Consent-ID': 'eyJ.consent.token', PSU_ID: digits, 'X-Request-Id': 'b7c5f6a4-0000-4000-8000-000000000001', Accept: 'application/json' })
    expect(Object.keys(headers).filter((name) => /^(cookie|referer|origin|x-correlation-id)$/i.test(name))).toEqual([])
  })

  test('leaves Consent-ID out altogether when there is none to send', async () => {
    const { server, read } = await lanekassenSaying(saying(200, body('0')))
    await read()
    expect(server.seen.map(({ rawHeaders }) => rawHeaders.some((name) => /^consent-id$/i.test(name)))).toEqual([false])
  })

  test('ends with the page it is for', async () => {
    const server = await aServer(() => undefined)
    const { http } = createHttp({ origins: [server.origin], now: () => day(0) })
    const source = createLanekassen({ http, log: logKept() }, { url: server.origin, apiKey: new Secret('k'), scope: 's' })
    expect(await source.read({ accessToken: new Secret('t'), consentToken: null }, aNationalId(), 'r', AbortSignal.timeout(100))).toMatchObject({ reason: 'source-unavailable' })
  })
})

describe('the answer', () => {
  test('is read by the digits: no float comes near it', async () => {
    expect(await balanceIn(body('4503599627.38', account('Lån', '4503599627.37'), account('Renter', '0.01')))).toMatchObject({ ok: true, value: { total: { ore: 450359962738 }, reconciled: true } })
  })

  test('holds the number of nobody when it is taken in', async () => {
    const taken = await balanceIn(body('280.0', account('Gebyr', '280.0')))
    expect([taken.ok, JSON.stringify(taken).includes(digits)]).toEqual([true, false])
  })

  test.each([othersDigits, '', ` ${digits}`, `${digits} `, '158190 10029'])('about "%s" is about another person', async (bban) => {
    expect(await balanceIn(body('1', account('Lån', '1', { bban })))).toEqual({ ok: false, reason: 'unexpected-answer', detail: 'the answer is about another person' })
  })

  test('of which one part is another person’s is refused as a whole', async () => {
    expect(await balanceIn(body('2', account('Lån', '1'), account('Renter', '1', { bban: othersDigits })))).toMatchObject({ reason: 'unexpected-answer' })
  })

  test.each([['Lån', 'loan'], ['La\u030an', 'loan'], ['Renter', 'interest'], ['Gebyr', 'fee'], ['Omkostninger', 'cost'], ['lån', 'other'], ['LÅN', 'other'], ['Lan', 'other'], ['', 'other'], ['constructor', 'other'], ['__proto__', 'other'], ['toString', 'other']])('with the account %j is of kind %s', async (name, kind) => {
    expect(await balanceIn(body('1', account(name, '1')))).toMatchObject({ ok: true, value: { parts: [{ kind, name: name.normalize('NFC') }], total: { ore: 100 } } })
  })

  test('that a total differs is told without the figures', async () => {
    const { read, log } = await lanekassenSaying(saying(200, body('0', account('Lån', '12684.79'))))
    await read()
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { upstream: 'lanekassen', requestId: 'b7c5f6a4-0000-4000-8000-000000000001' } }])
    expect(besidesReferences(log.lines)).not.toContain('12684')
  })

  test('with an account or a balance that we do not know is told to the operator, without its name', async () => {
    for (const text of [body('1', account('Forsinkelsesrenter', '1')), body('1', account('Lån', '1'), account('Renter', '5', { type: 'expected' }))]) {
      const { read, log } = await lanekassenSaying(saying(200, text))
      await read()
      expect(log.lines).toHaveLength(1)
      expect(JSON.stringify(log.lines)).not.toMatch(/Forsinkelsesrenter|expected"/)
    }
  })

  test('without parts and with a total is not "no debt"', async () => {
    for (const total of ['1250.0', '-0.01']) expect(await balanceIn(body(total))).toMatchObject({ ok: false, reason: 'unexpected-answer', detail: 'a total without accounts' })
    expect(await balanceIn(body('0'))).toMatchObject({ ok: true, value: { total: { ore: 0 }, parts: [] } })
    expect(await balanceIn(body('null'))).toMatchObject({ ok: true, value: { total: null, parts: [] } })
  })

  test('whose every balance is of another type is not "no debt" either', async () => {
    expect(await balanceIn(body('0', account('Lån', '12684.79', { type: 'expected' })))).toMatchObject({ ok: false, reason: 'unexpected-answer' })
    expect(await balanceIn(`{"Accounts":[{"Name":"Lån","Bban":"${digits}","Balances":[]}],"TotalAmount":0}`)).toMatchObject({ ok: true, value: { parts: [], total: { ore: 0 } } })
  })
})
