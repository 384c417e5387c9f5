import { Logger, run } from 'graphile-worker'
import { newCorrelationId } from './correlation-id'
import { safeError, type Log } from './log'

/** Work at fixed times: once in the whole cluster each time, however many instances there are. */
export type Job = {
  /** As in crontab, in UTC. */
  readonly when: string
  run(correlationId: string): Promise<unknown>
}

/** Starts this instance's share of the background work; `stop` lets what is underway end, and may be called again. Jobs that fail are tried again. */
export async function startJobs({ databaseUrl, log }: { databaseUrl: string; log: Log }, jobs: Readonly<Record<string, Job>>): Promise<{ stop(): Promise<void> }> {
  const runner = await run({
    connectionString: databaseUrl,
    maxPoolSize: 3,
    concurrency: 2,
    noHandleSignals: true,
    crontab: Object.entries(jobs).map(([name, { when }]) => `${when} ${name} ?max=3&queue=${name}`).join('\n'),
    taskList: Object.fromEntries(
      Object.entries(jobs).map(([name, job]) => [
        name,
        async () => {
          const correlationId = newCorrelationId()
          const failed = await job.run(correlationId).then(() => null, safeError)
          if (!failed) return
          log.error('A job failed and will be tried again', { ...failed, step: name, correlationId })
          throw new Error(`${name} failed`) // the queue keeps this text: not the cause's, which may hold values
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
