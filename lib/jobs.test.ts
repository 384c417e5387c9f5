import { describe, expect, onTestFinished, test } from 'vitest'
import { isCorrelationId } from './correlation-id'
import { startJobs, type Job } from './jobs'
import { besidesReferences, digits } from './testing/builders'
import { freshDatabase } from './testing/database'
import { logKept } from './testing/fakes'

const database = await freshDatabase()

type Run = Job['work'][number]['run']
/** A piece of work for each name; several where there are several banks. */
async function running(jobs: Record<string, Run | readonly Run[]>) {
  const log = logKept()
  const crontab = Object.fromEntries(Object.entries(jobs).map(([name, runs]) => [name, { when: '0 0 1 1 *', work: [runs].flat().map((run) => ({ log, run })) }]))
  const { stop } = await startJobs({ databaseUrl: database.appUrl, log }, crontab)
  onTestFinished(stop)
  return { log, stop }
}
/** As if the time had come. */
const due = (name: string) => database.asApp(`SELECT graphile_worker.add_job($1, '{}'::json, max_attempts := 1)`, [name])

describe('background work', () => {
  test('is done by the app’s own role, with a reference of its own', async () => {
    const references: string[] = []
    await running({ sweep: async (reference) => references.push(reference) })
    await due('sweep')
    await expect.poll(() => references.length, { timeout: 10_000 }).toBe(1)
    expect(references.every(isCorrelationId)).toBe(true)
  })

  test('that is due once is done once, however many instances there are', async () => {
    let done = 0
    const run = async () => ++done
    await Promise.all([running({ once: run }), running({ once: run }), running({ once: run })])
    await Promise.all([due('once'), due('once')])
    await expect.poll(async () => (await database.asOwner('SELECT FROM graphile_worker._private_jobs')).length, { timeout: 10_000 }).toBe(0)
    expect(done).toBe(2)
  })

  test('that is due at a time is done again so many seconds after it, by whichever instance', async () => {
    let done = 0
    const job: Job = { when: '0 0 1 1 *', againAfter: [20, 40], work: [{ log: logKept(), run: async () => ++done }] }
    const started = await Promise.all([1, 2].map(() => startJobs({ databaseUrl: database.appUrl, log: logKept() }, { again: job })))
    onTestFinished(async () => void (await Promise.all(started.map(({ stop }) => stop()))))
    await database.asApp(`SELECT graphile_worker.add_job('again', json_build_object('_cron', json_build_object('ts', now() - interval '1 minute')))`)
    await expect.poll(() => done, { timeout: 10_000 }).toBe(3)
    await expect.poll(async () => (await database.asOwner('SELECT FROM graphile_worker._private_jobs')).length, { timeout: 10_000 }).toBe(0)
    await database.asApp(`SELECT graphile_worker.add_job('again', json_build_object('_cron', json_build_object('ts', now() + interval '1 hour')))`)
    const planned = () => database.asOwner(`SELECT round(extract(epoch FROM run_at - now()) / 10) * 10 AS seconds FROM graphile_worker._private_jobs ORDER BY run_at`)
    await expect.poll(async () => (await planned()).map(({ seconds }) => Number(seconds)), { timeout: 10_000 }).toEqual([3620, 3640])
    await database.asOwner('DELETE FROM graphile_worker._private_jobs')
  })

  test('that fails is logged without what it said, and what the queue keeps says nothing either', async () => {
    const { log } = await running({ broken: () => Promise.reject(new Error(`no such person ${digits}`)) })
    await due('broken')
    await expect.poll(() => log.lines.find(({ event }) => event.startsWith('A job failed')), { timeout: 10_000 }).toMatchObject({ level: 'error', fields: { step: 'broken', errorName: 'Error' } })
    await expect.poll(async () => (await database.asOwner('SELECT last_error FROM graphile_worker._private_jobs WHERE last_error IS NOT NULL')).length, { timeout: 10_000 }).toBe(1)
    expect(besidesReferences([log.lines, await database.asOwner('SELECT * FROM graphile_worker._private_jobs')])).not.toMatch(/person|\d{11}/)
  })

  test('of one bank that fails stops no other’s; the job counts as failed, and is tried again for all', async () => {
    const done: string[] = []
    const { log } = await running({ each: [async () => done.push('first'), () => Promise.reject(new TypeError('no')), async () => done.push('third')] })
    await due('each')
    await expect.poll(async () => (await database.asOwner(`SELECT last_error FROM graphile_worker.jobs WHERE task_identifier = 'each' AND attempts = 1`)).map(({ last_error }) => last_error), { timeout: 10_000 }).toEqual(['each failed'])
    expect(done.sort()).toEqual(['first', 'third'])
    expect(log.lines.filter(({ event }) => event.startsWith('A job failed'))).toMatchObject([{ fields: { step: 'each', errorName: 'TypeError' } }])
  })

  test('that is underway ends before its instance does', async () => {
    const steps: string[] = []
    let finish: () => void = () => undefined
    const { stop } = await running({ long: () => new Promise<void>((resolve) => (steps.push('begun'), (finish = resolve))).then(() => steps.push('done')) })
    await due('long')
    await expect.poll(() => steps, { timeout: 10_000 }).toEqual(['begun'])
    const stopped = stop().then(() => steps.push('stopped'))
    finish()
    await stopped
    expect(steps).toEqual(['begun', 'done', 'stopped'])
  })

  test('may be stopped more than once, by whoever wants it to end', async () => {
    const { stop } = await running({ idle: async () => undefined })
    await expect(Promise.all([stop(), stop()])).resolves.toBeDefined()
    await expect(stop()).resolves.toBeUndefined()
  })
})
