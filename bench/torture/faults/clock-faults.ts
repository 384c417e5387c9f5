/** What the clock of one instance may do; seconds that it is ahead. */
export type Skew = { readonly t: `T${number}`; readonly seconds: number; /** Whether everything must go on as if nothing was. */ readonly fine: boolean }

/** T1 and T7, and D9: the instance's clock differs from the database's and from everybody's. Maskinporten allows ten seconds. */
export const skews: readonly Skew[] = [1, 5, 9, 11, 60, 3_600].flatMap((seconds) => [seconds, -seconds].map((ahead) => ({ t: seconds === 1 ? 'T7' : 'T1', seconds: ahead, fine: seconds < 10 }) as const))

/** Days on which a year is not 365 times 24 hours: the whole world a few seconds before its clocks change. */
export const worlds: readonly { readonly t: `T${number}`; readonly name: string; readonly at: string }[] = [
  { t: 'T3', name: 'summer time begins', at: '2027-03-28T00:59:56Z' },
  { t: 'T3', name: 'summer time ends', at: '2027-10-31T00:59:56Z' },
  { t: 'T4', name: 'the 29th of February', at: '2028-02-28T22:59:56Z' },
  { t: 'T6', name: 'New Year in Oslo', at: '2026-12-31T22:59:56Z' },
  { t: 'T6', name: 'New Year in UTC', at: '2026-12-31T23:59:56Z' },
]
