import { InstanceError } from '../instance/instance.ts'
import type { Report } from '../report.ts'
import type { DatabaseFault } from './database-faults.ts'
import { browserOf, type Lane, type Stage } from './lane.ts'
import type { Told } from './places.ts'
import { missingWords } from './words.ts'

const MOST_MS = 10_000
let again = 0
/** The page for what nobody foresaw: app/error.tsx, and the proxy's own while the database is away. */
const THROWN: Told = { page: 'error', reason: '' }

/** Everything up to the moment at which the database gets into trouble. */
export async function prepare(lane: Lane, press: DatabaseFault['press']): Promise<Stage> {
  await lane.scene.forgetGates()
  const stage = await lane.newcomer(lane.instance)
  if (press === 'log in' || press === 'ask') return stage
  const asked = await lane.ask(stage)
  if (asked) throw new Error(`asking led to ${JSON.stringify(asked)}`)
  await lane.consents(stage)
  if (press === 'go on') return stage
  const read = await lane.goOn(stage)
  if (read) throw new Error(`reading led to ${JSON.stringify(read)}`)
  return stage
}

export async function pressed(lane: Lane, press: DatabaseFault['press'], stage: Stage): Promise<Told> {
  const { does } = stage.instance
  switch (press) {
    case 'log in':
      stage.token = (await does.logIn({ pid: stage.pid })).token
      return null
    case 'ask': return lane.ask(stage)
    case 'go on': {
      const step = await does.goOn({ ...browserOf(stage), returnRef: stage.returnRef })
      if (step.to === 'consent' && step.trouble !== null) return { page: 'outcome', reason: step.trouble }
      return 'failed' in step ? THROWN : null
    }
    case 'look': {
      const page = await does.balance(browserOf(stage))
      return page.shows === 'balance' ? null : page.shows === 'nothing' ? { page: 'noBalance', reason: page.why } : { page: 'loggedOut', reason: page.why }
    }
    case 'log out':
      await does.logOut(browserOf(stage))
      return null
  }
}

/** The database gets into trouble while somebody does something; and out of it again. */
export async function tryDatabaseFault(lane: Lane, fault: DatabaseFault, report: Report): Promise<void> {
  const tell = (what: string) => `${fault.d} ${fault.name}: ${what}`
  const stage = await prepare(lane, fault.press)
  stage.instance.slowest()
  const heal = await fault.hurt(lane.scene)
  const told = await pressed(lane, fault.press, stage).catch((error: unknown) => {
    if (error instanceof InstanceError) return THROWN
    throw error
  })
  const ms = stage.instance.slowest()
  report.check('I12', ms <= MOST_MS, () => tell(`the answer took ${ms.toFixed(0)} ms`))
  const missing = told && missingWords(told.page === 'job' ? 'error' : told.page, told.reason)
  report.check('I12', missing === null, () => tell(String(missing)))
  if (fault.fine) report.check('a slow database is waited for', told === null, () => tell(`led to ${JSON.stringify(told)}`))
  if (fault.press === 'look') report.check('I10', told !== null, () => tell('the figures were shown all the same'))

  await heal()
  // The first may still be given a connection that has just died: the error's page offers another try.
  const after = await lane.onward(stage).catch(() => {
    report.figure('pages that failed once when the database was back', ++again)
    return lane.onward(stage).catch((error: unknown) => ({ page: 'error' as const, reason: error instanceof Error ? error.message : '' }))
  })
  report.check('I12', after === null, () => tell(`with the database well again, the same person stands at ${JSON.stringify(after)}`))
  await stage.instance.does.logOut(browserOf(stage))
  const [left] = await lane.scene.database.ask<{ n: string }>('SELECT count(*) AS n FROM "HeldReading" r JOIN "Session" s ON s."tokenHash" = r."sessionHash" WHERE s."tokenHash" = sha256(convert_to($1, \'UTF8\'))', [stage.token])
  report.check('I7', left?.n === '0', () => tell(`${left?.n} readings are held after the log-out`))
}
