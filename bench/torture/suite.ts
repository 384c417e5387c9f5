import type { Report } from './report.ts'
import type { Random } from './random.ts'
import type { TortureDatabase } from './scene/cluster.ts'
import type { Scene, SceneOptions } from './scene/scene.ts'

/** How much of what: `{ sequences: 5000 }`. A suite names its own. */
export type Amounts = Readonly<Record<string, number>>

/** What a suite gets: how much to do, where to say what came of it, and a house to do it in. */
export type Run<A extends Amounts = Amounts> = {
  readonly amounts: A
  /** Whether this is the short run. */
  readonly part: boolean
  /** Only what has these words in its name, in suites that try many things by name; null for all. */
  readonly narrow: string | null
  /** The run's seed. What is random comes from it, so that a run can be repeated. */
  readonly seed: number
  /** A stream of random numbers from the seed, of its own for each name. */
  random(...name: readonly (string | number)[]): Random
  readonly report: Report
  say(words: string): void
  /** A database and a street of the suite's own, and as many instances as it starts; all gone when the suite is done. */
  openScene(options?: SceneOptions): Promise<Scene>
  /** The run's PostgreSQL, as the tests of the stores are told of it. */
  readonly databaseEnv: Readonly<Record<string, string>>
  /** A database alone, for what needs no street; gone when the suite is done. */
  newDatabase(): Promise<TortureDatabase>
}

/**
 * One suite of the torture. It counts every check in `run.report` and throws only when it cannot go on: what is wrong with
 * the product is a count, what is wrong with the suite is an error.
 */
export type Suite<A extends Amounts = Amounts> = {
  readonly name: string
  /** What it shows, in one line. */
  readonly about: string
  /** Seconds that it should take on two cores. Three times as long, and it is broken off. */
  readonly seconds: { readonly full: number; readonly part: number }
  /** In the short run everything that is 0 is left out; a suite of nothing but 0 is not run. */
  readonly amounts: { readonly full: A; readonly part: A }
  run(run: Run<A>): Promise<void>
}

/** Puts a suite in the list with its amounts known to its own code only. */
export const suite = <A extends Amounts>(it: Suite<A>): Suite => it
