import { badTokens } from './bad-tokens.ts'
import { databaseAndClock } from './faults/database-and-clock.ts'
import { faultMatrix } from './faults/matrix.ts'
import { fuzzedParsers } from './fuzz/fuzzed-parsers.ts'
import { growth } from './growth.ts'
import { interleavings } from './interleavings/interleavings.ts'
import { kills } from './kills/kills.ts'
import { wholeInstances } from './kills/whole-instances.ts'
import { memory } from './memory.ts'
import { modelSequences } from './model/sequences.ts'
import { ordinaryWay } from './ordinary-way.ts'
import { plantedBugs } from './planted/planted.ts'
import { politeness } from './politeness.ts'
import { races } from './races.ts'
import type { Suite } from './suite.ts'

/**
 * Every suite, in the order in which they run; those within brackets go side by side: neither needs both processors, and the one that
 * compares times does so in turns, so that what goes on beside it weighs on both sides. A new one is a file with `export const … = suite({ … })` and a place here.
 */
export const rounds: readonly (readonly Suite[])[] = [
  [ordinaryWay], [badTokens], [fuzzedParsers], [interleavings], [modelSequences], [faultMatrix], [databaseAndClock], [kills], [wholeInstances], [races], [politeness], [memory, growth], [plantedBugs],
]
export const suites: readonly Suite[] = rounds.flat()
