import { setTimeout as pause } from 'node:timers/promises'
import type { Instance } from '../instance/instance.ts'
import type { Report } from '../report.ts'
import type { Scene } from '../scene/scene.ts'
import type { Skew } from './clock-faults.ts'
import { browserOf, type Lane } from './lane.ts'
import { missingWords } from './words.ts'

/** One instance lives at another time than everybody else, its database too; then its clock is set right. */
export async function trySkew(lane: Lane, { t, seconds, fine }: Skew, report: Report): Promise<void> {
  const tell = (what: string) => `${t} ${seconds} s ahead: ${what}`
  const { does } = lane.instance
  await lane.scene.forgetGates()
  await lane.scene.database.ask('DELETE FROM "TokenLease"')
  await does.shiftClock({ ms: seconds * 1_000 })
  const stage = await lane.newcomer(lane.instance)
  let told = await lane.ask(stage)
  if (told === null) {
    await lane.consents(stage)
    told = await lane.goOn(stage)
  }
  report.check('a clock that is a little wrong is borne, and one that is very wrong is told of', fine ? told === null : told === null || told.reason === 'misconfigured' || told.reason === 'credentials-unavailable', () => tell(`led to ${JSON.stringify(told)}`))
  const missing = told && told.page !== 'job' ? missingWords(told.page, told.reason) : null
  report.check('I12', missing === null, () => tell(String(missing)))
  if (told) report.check('I10', (await does.balance(browserOf(stage))).shows !== 'balance', () => tell('figures are shown all the same'))
  await does.shiftClock({ ms: 0 })
  await lane.scene.letGatesOpen()
  const after = await lane.onward(stage)
  report.check('I12', after === null, () => tell(`with the clock set right, the same person stands at ${JSON.stringify(after)}`))
  await does.logOut(browserOf(stage))
}

/** T2: the clock is set while somebody is logged in and has read. */
export async function tryStep(lane: Lane, seconds: number, report: Report): Promise<void> {
  const { does } = lane.instance
  const stage = await withConsent(lane)
  await lane.goOn(stage)
  await does.shiftClock({ ms: seconds * 1_000 })
  const page = await does.balance(browserOf(stage))
  const ended = seconds >= 900
  report.check('I7', ended ? page.shows === 'logged-out' : page.shows === 'balance', () => `T2 ${seconds} s: a log-in that read a moment ago shows ${page.shows}`)
  if (ended) {
    const [left] = await lane.scene.database.ask<{ n: string }>('SELECT count(*) AS n FROM "ReadingSeal"')
    report.check('I7', left?.n === '0', () => `T2 ${seconds} s: ${left?.n} seals are left of a log-in that ended`)
  }
  await does.shiftClock({ ms: 0 })
  const after = await lane.onward(stage)
  report.check('I12', after === null, () => `T2 ${seconds} s: with the clock set back, the same person stands at ${JSON.stringify(after)}`)
  await does.logOut(browserOf(stage))
}

/** T5: the consent's time is up between the claim and the keeping of a reading, or between the reading and the look. */
export async function tryEndMeanwhile(lane: Lane, meanwhile: 'reading' | 'look', report: Report): Promise<void> {
  const { database, street } = lane.scene
  const { does } = lane.instance
  const stage = await withConsent(lane)
  if (meanwhile === 'look') await lane.goOn(stage)
  else await does.goOn({ ...browserOf(stage), most: 1 }).then(() => lane.goOn(stage)).then(() => does.logOut(browserOf(stage)))
  if (meanwhile === 'reading') {
    stage.token = (await does.logIn({ pid: stage.pid })).token
    await street.breaks('lanekassen', { fault: 'slow', seconds: 1.5, times: 1 })
  }
  await database.ask(`UPDATE "Consent" SET "validTo" = now() + interval '700 ms' WHERE "id" = $1`, [stage.consentId])
  if (meanwhile === 'reading') await does.goOn(browserOf(stage))
  else await pause(800)
  const page = await does.balance(browserOf(stage))
  report.check('I1', page.shows === 'nothing', () => `T5 the consent ended before the ${meanwhile}: the page shows ${page.shows}`)
  const word = page.shows === 'nothing' ? (page.why === 'consent-closed' ? 'consent-expired' : page.why) : ''
  report.check('I12', page.shows === 'nothing' && missingWords('noBalance', word === 'no-consent' ? 'not-fetched' : word) === null, () => `T5 ${meanwhile}: no words for ${word}`)
  await street.mends()
  // The way on: another consent.
  await does.expireConsents()
  Object.assign(stage, { consentId: null, returnRef: null })
  const after = await lane.onward(stage)
  report.check('I12', after === null, () => `T5 ${meanwhile}: the person cannot consent anew: ${JSON.stringify(after)}`)
  await does.logOut(browserOf(stage))
}

/** T3, T4, T6: somebody begins before the moment and goes on after it, in a world that lives at that time. */
export async function tryWorld(lane: Lane, scene: Scene, instance: Instance, at: { readonly t: string; readonly name: string }, moment: number, report: Report): Promise<void> {
  const tell = (what: string) => `${at.t} ${at.name}: ${what}`
  const stage = await lane.newcomer(instance)
  const asked = await lane.ask(stage)
  report.check('the ordinary way works on every day of the year', asked === null, () => tell(`asking led to ${JSON.stringify(asked)}`))
  const [row] = await scene.database.ask<{ requestedAt: Date; validTo: Date }>('SELECT "requestedAt", "validTo" FROM "Consent" WHERE "id" = $1', [stage.consentId])
  if (row) {
    const year = new Date(row.requestedAt)
    year.setUTCFullYear(year.getUTCFullYear() + 1)
    const days = (row.validTo.getTime() - row.requestedAt.getTime()) / 86_400_000
    report.check('I1', row.validTo < year && days >= 363, () => tell(`a consent is asked for for ${days} days`))
  }
  await pause(Math.max(0, moment - (Date.now() + scene.clockMs)) + 200)
  await lane.consents(stage)
  const told = await lane.goOn(stage)
  report.check('the ordinary way works on every day of the year', told === null, () => tell(`going on led to ${JSON.stringify(told)}`))
  report.check('I7', await instance.does.logOut(browserOf(stage)), () => tell('there was nothing to log out of'))
}

async function withConsent(lane: Lane) {
  await lane.scene.forgetGates()
  const stage = await lane.newcomer(lane.instance)
  const asked = await lane.ask(stage)
  if (asked) throw new Error(`asking led to ${JSON.stringify(asked)}`)
  await lane.consents(stage)
  return stage
}
