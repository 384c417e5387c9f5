import { checkInvariants } from '../invariants/check.ts'
import { suite } from '../suite.ts'
import { skews, worlds } from './clock-faults.ts'
import { databaseFaults } from './database-faults.ts'
import { openLane, type Lane } from './lane.ts'
import { tryEndMeanwhile, trySkew, tryStep, tryWorld } from './try-clock.ts'
import { tryDatabaseFault } from './try-database.ts'

type Task = (lane: Lane) => Promise<void>

/** Seconds before the moment at which a world begins to be set up: a sandbox and an instance start meanwhile. */
const SETTING_UP = 6_000

/** What the database (D1 to D9) and the clock (T1 to T7) may do to us. */
export const databaseAndClock = suite({
  name: 'database and clock',
  about: 'the database fails in the middle of everything, and clocks go wrong: nothing half-written, nothing shown, a way on afterwards',
  seconds: { full: 80, part: 25 },
  amounts: { full: { databaseFaults: 100, clockFaults: 100, lanes: 6 }, part: { databaseFaults: 14, clockFaults: 4, lanes: 4 } },
  async run({ amounts, narrow, report, random, openScene }) {
    const some = <T>(name: string, list: readonly T[], most: number): readonly T[] => {
      const rank = new Map(list.map((one) => [one, random(name, list.indexOf(one)).next()]))
      return most >= list.length ? list : [...list].sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0)).slice(0, most)
    }
    const ofDatabase = narrow === null ? some('database', databaseFaults, amounts.databaseFaults) : databaseFaults.filter(({ d, name }) => `${d} ${name}`.includes(narrow))
    const clocks: readonly Task[] = [
      ...skews.map((skew): Task => (lane) => trySkew(lane, skew, report)),
      ...[-3_600, -60, 3_600].map((seconds): Task => (lane) => tryStep(lane, seconds, report)),
      ...(['reading', 'look'] as const).map((meanwhile): Task => (lane) => tryEndMeanwhile(lane, meanwhile, report)),
    ]
    const ofClocks = some('clocks', clocks, amounts.clockFaults)
    const days = amounts.clockFaults >= clocks.length ? worlds : worlds.slice(0, 1)
    const due = [...ofDatabase.map((fault): Task => (lane) => tryDatabaseFault(lane, fault, report)), ...ofClocks]
    if (due.length === 0) throw new Error('no fault has these words in its name')
    report.figure('database faults tried', ofDatabase.length)
    report.figure('clock faults tried', ofClocks.length + days.length)

    const lanes = Array.from({ length: Math.min(amounts.lanes, due.length) }, async () => {
      const scene = await openScene({ databaseFront: true })
      const lane = openLane(scene, await scene.startInstance())
      let tried = 0
      for (let task = due.shift(); task; task = due.shift()) {
        await task(lane)
        tried++
      }
      // A claim whose commit nobody heard of, and an outcome that could not be written, leave a beginning without an end.
      await checkInvariants(scene, report, { cutShort: tried, tokensLost: tried * 3 })
    })
    const travels = days.map(async (day) => {
      const moment = Date.parse(day.at) + 4_000
      const scene = await openScene({ clockMs: moment - SETTING_UP - Date.now() })
      await scene.database.ask(`SELECT audit_make_partition(date_trunc('month', $1::timestamptz + n * interval '1 month')::date) FROM generate_series(-1, 1) AS n`, [day.at])
      const instance = await scene.startInstance({ settings: { TZ: 'Europe/Oslo' } })
      await tryWorld(openLane(scene, instance), scene, instance, day, moment, report)
      await checkInvariants(scene, report)
    })
    await Promise.all([...lanes, ...travels])
  },
})
