import { expect, test } from 'vitest'
import { sealAudit } from '@/lib/audit/seal'
import { openDatabase } from '@/lib/db'
import { startJobs } from '@/lib/jobs'
import { createServices } from '@/lib/services'
import { freshDatabase } from '@/lib/testing/database'
import { logKept } from '@/lib/testing/fakes'
import { aHouse } from '@/lib/testing/house'
import { aSandbox } from '@/lib/testing/sandbox'
import { createMeters } from './meters'
import { tellFigures } from './tell-figures'

const [database, sandbox] = await Promise.all([freshDatabase(), aSandbox()])
const { house, logIn } = aHouse(database, sandbox)
const newInstance = () => {
  const meters = createMeters({ wholeProcess: true })
  const bank = createServices(house.config, database.another(), meters)
  return { bank, meters, tell: () => tellFigures({ clock: bank.clock, db: bank.db, banks: [bank], meters }) }
}
const instances = [newInstance(), newInstance()] as const
const NORA = '24907524708'

/** The lines that say something of ours, without their help. */
const figures = (text: string) => text.split('\n').filter((line) => line.startsWith('saldosyn_'))
const valueOf = (text: string, name: string) => Number(figures(text).find((line) => line.startsWith(name))?.split(' ').at(-1))

test('what happened is counted from the audit log: each line once, by whichever instance sealed it', async () => {
  const [first, second] = instances
  const person = await logIn(NORA)
  await sealAudit(first.bank, 'K7QM-9XTB-2RWH')
  await person.ask({}, first.bank)
  await sealAudit(second.bank, 'K7QM-9XTB-2RWH')
  const counts = (await Promise.all(instances.map(({ tell }) => tell()))).map((text) => figures(text).filter((line) => line.startsWith('saldosyn_audit_events_total')))
  expect(counts).toEqual([
    ['saldosyn_audit_events_total{bank="311111116",type="session.started",outcome=""} 1'],
    ['saldosyn_audit_events_total{bank="311111116",type="consent.requested",outcome=""} 1'],
  ])
})

test('tells how the database stands, whom we called, and what Node uses', async () => {
  const text = await instances[0].tell()
  expect(text).toContain('saldosyn_database_up 1')
  expect(text).toContain('saldosyn_sessions{bank="311111116"} 1')
  expect(text).toContain('saldosyn_held_readings{bank="311111116"} 0')
  expect(valueOf(text, 'saldosyn_audit_sealed_up_to_timestamp_seconds')).toBeGreaterThan(house.clock.now().getTime() / 1000 - 120)
  expect(text).toMatch(/saldosyn_upstream_call_seconds_count\{bank="311111116",upstream="altinn",outcome="20[01]"\} 1/)
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m)
})

test('a job that has failed as often as it may is told of until somebody takes it away', async () => {
  const [, { meters, tell }] = instances
  const { stop } = await startJobs({ databaseUrl: database.appUrl, log: logKept(), ran: meters.jobRan }, { broken: { when: '0 0 1 1 *', work: [{ bank: '311111116', log: logKept(), run: () => Promise.reject(new Error('no')) }] } })
  await database.asApp(`SELECT graphile_worker.add_job('broken', '{}'::json, max_attempts := 1)`)
  await expect.poll(async () => valueOf(await tell(), 'saldosyn_jobs_given_up'), { timeout: 10_000 }).toBe(1)
  expect(await tell()).toContain('saldosyn_job_runs_total{bank="311111116",job="broken",outcome="failed"} 1')
  await stop()
})

test('an outcome that is no word of ours becomes no label, and no label holds a reference or a number of anybody’s', async () => {
  const [{ bank, meters, tell }] = instances
  meters.sealed(bank.db.bank, { type: 'source.read', outcome: 'Something 24907524708 said', count: 1 })
  const text = await tell()
  expect(text).toContain('type="source.read",outcome="other"')
  expect((text.match(/\{.*\}/g) ?? []).join('\n')).not.toMatch(/\d{11}|[0-9a-f]{8}-[0-9a-f]{4}/)
})

test('while the database is away it says so, and tells what the process knows by itself', async () => {
  const { bank, meters } = newInstance()
  const away = createServices(house.config, openDatabase('postgresql://nobody@127.0.0.1:9/none', house.config.BANK_ORG_NUMBER), meters)
  const text = await tellFigures({ clock: bank.clock, db: away.db, banks: [away], meters })
  expect(text).toContain('saldosyn_database_up 0')
  expect(text).not.toContain('saldosyn_sessions{')
  expect(text).toMatch(/^process_cpu_seconds_total /m)
})

test('how many were removed in a night is no label: there would be a series for each number', async () => {
  const meters = createMeters()
  for (const outcome of ['tries-37', 'tries-38', 'tries-500']) meters.sealed('311111116', { type: 'retention.removed', outcome, count: 1 })
  expect(figures(await meters.registry.metrics()).filter((line) => line.startsWith('saldosyn_audit_events_total'))).toEqual(['saldosyn_audit_events_total{bank="311111116",type="retention.removed",outcome="tries"} 3'])
})
