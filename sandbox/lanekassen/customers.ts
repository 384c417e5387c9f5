/** One part of a debt as Lånekassen books it. Texts of amounts are kept as they go over the wire. */
export type Part = { name: string; amounts: readonly Booked[] }
export type Booked = { amount: string | null; currency?: string; type?: string; changed: string }
/** What Lånekassen says of a customer: a statement, or trouble of some kind. */
export type Customer =
  | { kind: 'statement'; parts: readonly Part[]; total: string | null; bban?: string }
  | { kind: 'not-found' }
  | { kind: 'busy'; retryAfterSeconds?: number }
  | { kind: 'error' }
  | { kind: 'slow'; seconds: number; parts: readonly Part[]; total: string }
  | { kind: 'garbled'; as: 'truncated' | 'huge' | 'html' }

/** Øre as the service writes them: a bare decimal number, at least one decimal (12684.79, 280.0). */
export const amountText = (ore: number): string => {
  const [whole, cents] = [Math.trunc(Math.abs(ore) / 100), String(Math.abs(ore) % 100).padStart(2, '0')]
  return `${ore < 0 ? '-' : ''}${whole}.${cents.endsWith('0') ? cents[0] : cents}`
}

// 0 to 7 digits of a second, as seen (information model).
const moments = ['2026-01-15T21:02:11.307Z', '2026-04-02T06:12:33.593Z', '2026-03-02T01:52:27.87Z', '2026-05-11T09:30:00Z', '2026-02-27T13:45:10.1234567Z']
const moment = (index: number): string => moments[index % moments.length] ?? '2026-01-15T21:02:11Z'

type Amounts = { lån?: number; renter?: number; gebyr?: number; omkostninger?: number }
const names = { lån: 'Lån', renter: 'Renter', gebyr: 'Gebyr', omkostninger: 'Omkostninger' } as const

const partsOf = (amounts: Amounts): Part[] =>
  Object.entries(names).flatMap(([key, name], index) => {
    const ore = amounts[key as keyof Amounts]
    return ore === undefined ? [] : [{ name, amounts: [{ amount: amountText(ore), changed: moment(index) }] }]
  })
const sumOf = (amounts: Amounts): number => Object.values(amounts).reduce((sum, ore) => sum + ore, 0)
const owes = (amounts: Amounts): Customer => ({ kind: 'statement', parts: partsOf(amounts), total: amountText(sumOf(amounts)) })
const one = (name: string, amount: string | null, extra: Partial<Booked> = {}): Part => ({ name, amounts: [{ amount, changed: moment(0), ...extra }] })
const says = (parts: readonly Part[], total: string | null, bban?: string): Customer => ({ kind: 'statement', parts, total, ...(bban && { bban }) })

const customers: Readonly<Record<string, Customer>> = {
  '01085301957': owes({ lån: 284_512_50 }),
  '01097601522': owes({ lån: 1_204_330_00 }),
  '02075700329': owes({}),
  '02095302184': owes({ lån: 412_684_79, renter: 1_690_44 }),
  '02104802179': owes({ lån: 1_087_250_10, renter: 4_215_95 }),
  '03096902157': owes({ lån: 12_684_79, renter: 90_44, gebyr: 280_00 }),
  '03124002140': owes({ lån: 1_312_007_35, renter: 5_102_08, gebyr: 560_00 }),
  '04024701293': owes({ lån: 98_400_00, gebyr: 280_00 }),
  '04056200784': owes({ lån: 356_121_07, renter: 1_204_60, omkostninger: 1_860_00 }),
  '04125300311': owes({ lån: 523_990_45, renter: 2_310_99, gebyr: 840_00, omkostninger: 2_344_50 }),
  '05106500098': owes({ renter: 512_33, gebyr: 280_00 }),
  '06095300381': owes({ renter: 47_02 }),
  '07017900514': owes({ lån: 64_250_00, omkostninger: 930_00 }),
  '08027200274': owes({ gebyr: 280_00 }),
  '08027201815': owes({ omkostninger: 1_172_25 }),
  '08027202285': owes({ lån: 201_735_90, gebyr: 560_00, omkostninger: 930_00 }),
  '08046802080': owes({ renter: 1_015_17, gebyr: 280_00, omkostninger: 1_860_00 }),

  '24907524708': owes({ lån: 398_214_62, renter: 1_544_18, gebyr: 280_00, omkostninger: 465_00 }),
  '03817010023': { kind: 'not-found' },
  '04867310741': says([one('Lån', '-1523.5')], '-1523.5'),
  '05917611434': says([one('Lån', '154200.0'), one('Renter', null)], '154200.0'),
  '20829222281': says([one('Lån', '154200.0')], null),
  '06847912160': says([one('Lån', '88310.25'), one('Forsinkelsesrenter', '412.75')], '88723.0'),
  '07898212828': says(partsOf({ lån: 12_684_79, renter: 90_44, gebyr: 280_00 }), '0'),
  '19898921215': says([], '1250.0'),
  '08828513592': says([one('Lån', '10250.0', { currency: 'EUR' })], '10250.0'),
  '13837117083': says([one('Gebyr', '280.125')], '280.125'),
  '18848620560': says([{ name: 'Lån', amounts: [{ amount: '100000.0', changed: moment(0) }, { amount: '25000.5', changed: moment(1) }] }], '125000.5'),
  '22929823420': says([{ name: 'Lån', amounts: [{ amount: '75000.0', changed: moment(0) }, { amount: '999.0', type: 'expected', changed: moment(1) }] }], '75000.0'),
  // The number is a scenario person's: never somebody who could exist.
  '14887417882': says([one('Lån', '310000.0')], '310000.0', '24907524708'),
  '09878814247': { kind: 'busy', retryAfterSeconds: 20 },
  '10929114952': { kind: 'busy' },
  '11859415689': { kind: 'error' },
  '12909716371': { kind: 'slow', seconds: 12, parts: partsOf({ lån: 120_000_00 }), total: '120000.0' },
  '15817718466': { kind: 'garbled', as: 'truncated' },
  '16868019240': { kind: 'garbled', as: 'huge' },
  '17918319816': { kind: 'garbled', as: 'html' },
  '21879522657': owes({ lån: 45_000_00 }),
}

export const findCustomer = (pid: string): Customer => customers[pid] ?? { kind: 'not-found' }

/** What a test may expect to see: whole øre, null where the answer is no exact Norwegian amount. */
export type ExpectedBalance = { parts: readonly { name: string; ore: number | null; currency: string }[]; sumOre: number | null; totalOre: number | null }

/** The table to compare screens with; null for people who get no statement. */
export function expectedBalance(pid: string): ExpectedBalance | null {
  const customer = findCustomer(pid)
  if (customer.kind !== 'statement' && customer.kind !== 'slow') return null
  const parts = customer.parts.flatMap(({ name, amounts }) =>
    amounts.filter(({ type }) => type === undefined).map(({ amount, currency = 'NOK' }) => ({ name, ore: toOre(amount), currency })),
  )
  const sumOre = parts.reduce<number | null>((sum, { ore }) => (sum === null || ore === null ? null : sum + ore), 0)
  return { parts, sumOre, totalOre: toOre(customer.total) }
}

function toOre(amount: string | null): number | null {
  const found = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(amount ?? '')
  return found ? Number(`${found[1] ?? ''}${found[2] ?? ''}${(found[3] ?? '').padEnd(2, '0')}`) : null
}
