import { suite } from '../suite.ts'
import { answers } from './answers.ts'
import { fuzz, LONGEST_MS } from './fuzz.ts'
import { smallParsers } from './small-parsers.ts'
import { tokens } from './tokens.ts'

/** Everything that reads what others wrote. */
export const fuzzedParsers = suite({
  name: 'fuzzed parsers',
  about: 'mutated input for everything that reads what others wrote: no throw outside its Result, nothing let in that must not be, none slow',
  seconds: { full: 60, part: 12 },
  amounts: { full: { cases: 1_000_000 }, part: { cases: 150_000 } },
  async run({ amounts, seed, report }) {
    const results = await fuzz([...smallParsers, ...answers, ...tokens], { amount: amounts.cases, seed })
    let slowest = 0
    for (const [name, { cases, broken, slowestMs }] of results) {
      slowest = Math.max(slowest, slowestMs)
      report.checks('a parser keeps its word, whatever it is given', cases, broken.map(({ nr, what, input }) => `${name}, case ${nr} of seed ${seed}: ${what} on ${input}`))
    }
    report.figure('parsers', results.size)
    report.figure(`slowest input in ms, of ${LONGEST_MS}`, Math.round(slowest))
  },
})
