/** What must never be broken, whatever happens. I13 and I14 come with what they are about. */
export const invariants = {
  I1: 'No balance is held or shown without a verified, standing consent of that very person',
  I2: 'A consent token is asked for once for each reading that has begun, and no grant is used twice',
  I3: 'One successful reading for each log-in, and one call to the source for each that has begun',
  I4: 'One Maskinporten token for each key in the whole cluster',
  I5: 'Every call to the source has its line in the audit log before its first byte, and each line its outcome',
  I6: 'A row and its line in the audit log: both or neither',
  I7: 'No amount without a living log-in, and none a second after log-out',
  I8: 'Nobody sees or is bound to what is another’s',
  I9: 'No national id, amount, token or key in a log, an audit line or a table that should not hold it',
  I10: 'Any error on the way: no balance',
  I11: 'Nobody calls a party that said it is too busy before the time it said',
  I12: 'An answer within ten seconds, with words a person can act on, and a way out of every state',
} as const
export type Invariant = keyof typeof invariants
export const isInvariant = (id: string): id is Invariant => Object.hasOwn(invariants, id)

export type Count = { checked: number; violated: number; readonly examples: string[] }
/** By invariant, or by what the suite itself claims ("240 bad consent tokens are refused"). */
export type Counts = Readonly<Record<string, Count>>

/** Where a suite says what it checked and what was wrong. */
export type Report = {
  /** One check. `tell` is asked only when it failed; its words hold nothing personal. Gives `holds` back. */
  check(what: string, holds: boolean, tell: () => string): boolean
  /** Many checks at once, with the words of each that failed. */
  checks(what: string, checked: number, violations: readonly string[]): void
  /** A figure worth keeping: "kills", "slowest answer in ms". The last value stands. */
  figure(name: string, value: number): void
}

const MOST_EXAMPLES = 20

/** National ids and tokens have no place in a report either. */
const scrub = (words: string): string => words.replace(/(?<![\w-])\d{11}(?![\w-])/g, '[digits]').replace(/eyJ[\w-]+(\.[\w-]*)*/g, '[token]').slice(0, 1_000)

export function newReport(): Report & { readonly counts: Counts; readonly figures: Readonly<Record<string, number>> } {
  const counts: Record<string, Count> = {}
  const figures: Record<string, number> = {}
  const countOf = (what: string): Count => (counts[what] ??= { checked: 0, violated: 0, examples: [] })
  const violate = (count: Count, words: string): void => {
    count.violated++
    if (count.examples.length < MOST_EXAMPLES) count.examples.push(scrub(words))
  }
  return {
    counts,
    figures,
    check(what, holds, tell) {
      const count = countOf(what)
      count.checked++
      if (!holds) violate(count, tell())
      return holds
    },
    checks(what, checked, violations) {
      const count = countOf(what)
      count.checked += checked
      for (const words of violations) violate(count, words)
    },
    figure(name, value) {
      figures[name] = value
    },
  }
}

export type SuiteResult = {
  readonly name: string
  readonly about: string
  readonly seconds: number
  readonly budget: number
  readonly amounts: Readonly<Record<string, number>>
  readonly counts: Counts
  readonly figures: Readonly<Record<string, number>>
  /** Why it broke off, when it did. */
  readonly brokeOff: string | null
}
export type Results = {
  readonly command: string
  readonly seed: number
  readonly part: boolean
  readonly at: string
  readonly machine: { readonly cores: number; readonly cpu: string; readonly node: string; readonly load: readonly number[] }
  readonly seconds: number
  /** Over all suites: "checked n times, violated 0". */
  readonly invariants: Counts
  readonly suites: readonly SuiteResult[]
  readonly passed: number
  readonly failed: number
}

/** Adds up what the suites counted. */
export function summed(suites: readonly SuiteResult[]): Counts {
  const all: Record<string, Count> = {}
  for (const { counts } of suites)
    for (const [what, { checked, violated, examples }] of Object.entries(counts)) {
      const sum = (all[what] ??= { checked: 0, violated: 0, examples: [] })
      sum.checked += checked
      sum.violated += violated
      sum.examples.push(...examples.slice(0, MOST_EXAMPLES - sum.examples.length))
    }
  return all
}

const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ' ')
const line = (count: Count): string => `checked ${grouped(count.checked).padStart(11)} times, violated ${grouped(count.violated)}`

/** The table for people: suites with their time, then the invariants, then what the suites claim themselves. */
export function table({ suites, invariants: counts, seed, seconds, part }: Results): string {
  const invariantRows = Object.entries(invariants).map(([id, words]) => [id, words, counts[id]] as const)
  const claims = Object.entries(counts).filter(([what]) => !isInvariant(what))
  return [
    '',
    ...suites.flatMap(({ name, seconds: took, budget, amounts, figures, brokeOff }) => [
      `${name.padEnd(28)} ${took.toFixed(1).padStart(6)} s of ${budget}  ${Object.entries({ ...amounts, ...figures }).map(([what, n]) => `${what} ${grouped(n)}`).join(', ')}`,
      ...(brokeOff === null ? [] : [`  BROKE OFF: ${brokeOff}`]),
    ]),
    '',
    ...invariantRows.map(([id, words, count]) => `${id.padEnd(4)} ${count ? line(count) : 'not checked in this run'}  ${words}`),
    '',
    ...claims.map(([what, count]) => `${line(count)}  ${what}`),
    ...Object.entries(counts).flatMap(([what, { violated, examples }]) => (violated === 0 ? [] : ['', `VIOLATED ${violated} times: ${what}`, ...examples.map((words) => `  ${words}`)])),
    '',
    `${part ? 'The short run' : 'The whole run'} took ${seconds.toFixed(0)} s with seed ${seed}; --seed ${seed} repeats what is random in it.`,
  ].join('\n')
}
