import { setTimeout as pause } from 'node:timers/promises'
import { randomFrom } from './random.ts'
import { newReport, type SuiteResult } from './report.ts'
import type { Cluster } from './scene/cluster.ts'
import { openScene } from './scene/scene.ts'
import type { Amounts, Suite } from './suite.ts'

type Given = { readonly amounts: Amounts; readonly part: boolean; readonly narrow: string | null; readonly seed: number; readonly cluster: Cluster; say(words: string): void }

/** How many times its budget a suite may take before it counts as hanging. */
const PATIENCE = 3

/** Runs one suite, and closes what it has opened however it ends. */
export async function runSuite(suite: Suite, { amounts, part, narrow, seed, cluster, say }: Given): Promise<SuiteResult> {
  const report = newReport()
  const opened: { close(): Promise<void> }[] = []
  const begun = performance.now()
  const budget = part ? suite.seconds.part : suite.seconds.full
  const late = new AbortController()
  let over = false
  /** What is opened by a part of the suite that has not noticed its end is closed at once. */
  async function keep<T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> {
    const it = await opening
    if (over) {
      await it.close()
      throw new Error('the suite is over')
    }
    opened.push(it)
    return it
  }
  const work = suite.run({
    amounts, part, narrow, seed, report,
    databaseEnv: cluster.env,
    random: (...name) => randomFrom(seed, suite.name, ...name),
    say: (words) => { say(`  ${words}`) },
    openScene: (options) => keep(openScene(cluster, options)),
    newDatabase: () => keep(cluster.newDatabase()),
  })
  const hang = pause(Math.max(60, budget * PATIENCE) * 1000, 'hangs', { signal: late.signal }).catch(() => null)
  const brokeOff = await Promise.race([work.then(() => null), hang.then((how) => (how === null ? null : `did not end in ${PATIENCE} times its ${budget} s`))]).catch((error: unknown) => tell(error))
  late.abort()
  over = true
  const closed = await Promise.allSettled(opened.map((it) => it.close()))
  const unclosed = closed.find((outcome) => outcome.status === 'rejected')
  const { name, about } = suite
  return { name, about, seconds: (performance.now() - begun) / 1000, budget, amounts, counts: report.counts, figures: report.figures, brokeOff: brokeOff ?? (unclosed ? tell(unclosed.reason) : null) }
}

const tell = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))
