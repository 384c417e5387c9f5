import { Logger, run } from 'graphile-worker'
import { newCorrelationId } from './correlation-id'
import { safeError, type Log } from './log'

/** Work at fixed times: once in the whole cluster each time, however many instances there are. */
export type Job = {
  /** As in crontab, in UTC. */
  readonly when: string
  /** Seconds after each of these times at which it is done again: crontab knows whole minutes only. */
  readonly againAfter?: readonly number[]
  /** What is done, side by side: a piece for each bank, which is told of in that bank's log. */
  readonly work: readonly { readonly bank?: string; readonly log: Log; run(correlationId: string): Promise<unknown> }[]
}

/** Is told of each piece that was done or failed; the bank is empty for what is no bank's own. */
export type Ran = (bank: string, job: string, ok: boolean) => void

/** When the crontab says that a job is due, its payload tells which time that was; jobs added otherwise have no such time. */
const fromCrontab = (payload: unknown): { ts: string } => {
  const { _cron } = (payload ?? {}) as { _cron?: { ts?: unknown } }
  return { ts: typeof _cron?.ts === 'string' ? _cron.ts : '' }
}

/**
 * Starts this instance's share of the background work; `stop` lets what is underway end, and may be called again. A
 * piece that fails stops no other, and its job is tried again as a whole: each piece must bear being done twice.
 */
export async function startJobs({ databaseUrl, log, ran }: { databaseUrl: string; log: Log; ran?: Ran }, jobs: Readonly<Record<string, Job>>): Promise<{ stop(): Promise<void> }> {
  const runner = await run({
    connectionString: databaseUrl,
    maxPoolSize: 3,
    concurrency: 2,
    noHandleSignals: true,
    crontab: Object.entries(jobs).map(([name, { when }]) => `${when} ${name} ?max=3&queue=${name}`).join('\n'),
    taskList: Object.fromEntries(
      Object.entries(jobs).map(([name, { againAfter = [], work }]) => [
        name,
        async (payload, { addJob }) => {
          const { ts } = fromCrontab(payload)
          for (const seconds of ts ? againAfter : []) {
            const runAt = new Date(Date.parse(ts) + seconds * 1000)
            await addJob(name, {}, { runAt, queueName: name, maxAttempts: 1, jobKey: `${name}+${seconds}` })
          }
          const done = await Promise.all(work.map((piece) => succeeds(name, piece, ran)))
          if (!done.every(Boolean)) throw new Error(`${name} failed`) // the queue keeps this text: not the cause's, which may hold values
        },
      ]),
    ),
    logger: new Logger(() => (level) => {
      if (level === 'error') log.error('The job queue reports an error', { step: 'jobs' })
    }),
  })
  let stopped: Promise<void> | null = null
  return { stop: () => (stopped ??= runner.stop()) }
}

async function succeeds(name: string, { log, run, bank = '' }: Job['work'][number], ran?: Ran): Promise<boolean> {
  const correlationId = newCorrelationId()
  try {
    await run(correlationId)
    ran?.(bank, name, true)
    return true
  } catch (error) {
    log.error('A job failed and will be tried again', { ...safeError(error), step: name, correlationId })
    ran?.(bank, name, false)
    return false
  }
}
