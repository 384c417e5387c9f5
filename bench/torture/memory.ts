import type { Instance } from './instance/instance.ts'
import { suite } from './suite.ts'

/** Megabytes that an instance may have grown by when all is done and garbage is collected. */
const MOST = 25
const ABREAST = 8
/** The first log-ins fill what is kept on purpose: connections, statements, keys, compiled code. */
const WARM = 0.1

const mb = (bytes: number): number => bytes / 2 ** 20

/** Megabytes: the heap's own count, which pages that V8 holds ready do not blur; what lies outside it, which is buffers above all; and all. */
type Held = { readonly heap: number; readonly outside: number; readonly rss: number }

/** Memory after collecting garbage: the least of three counts of each, since what is on its way is nobody's leak. */
async function settled(instance: Instance): Promise<Held> {
  const counts: Awaited<ReturnType<Instance['does']['memory']>>[] = []
  for (let n = 0; n < 3; n++) counts.push(await instance.does.memory())
  const least = (of: (count: (typeof counts)[number]) => number) => mb(Math.min(...counts.map(of)))
  return { heap: least(({ heapUsed }) => heapUsed), outside: least(({ external }) => external), rss: least(({ rss }) => rss) }
}

/** Whole log-ins at one instance: log in, fetch, look, log out. What it keeps of them is what it leaks. */
export const memory = suite({
  name: 'memory',
  about: 'one instance through thousands of log-ins, and what it holds after collecting garbage',
  seconds: { full: 100, part: 0 },
  amounts: { full: { visits: 10_000 }, part: { visits: 0 } },
  async run({ amounts, report, openScene, say }) {
    const { street, startInstance } = await openScene()
    const instance = await startInstance({ nodeArgs: ['--expose-gc'] })
    const customers = (await street.people()).flatMap(({ pid, group, expected }) => (group === 'published' && expected?.sumOre ? [pid] : []))
    for (const pid of customers) {
      const logIn = await instance.does.logIn({ pid })
      const asked = await instance.does.ask(logIn)
      if (asked.to !== 'altinn') throw new Error(`asking led to ${asked.to}`)
      await street.answer(asked.consentId, 'accept')
      await instance.does.logOut(logIn)
    }
    let failed = 0
    async function through(amount: number): Promise<void> {
      let begun = 0
      const lane = async () => {
        while (begun < amount) {
          const logIn = await instance.does.logIn({ pid: customers[begun++ % customers.length] ?? '' })
          await instance.does.goOn(logIn)
          if ((await instance.does.balance(logIn)).shows !== 'balance') failed++
          await instance.does.logOut(logIn)
        }
      }
      await Promise.all(Array.from({ length: ABREAST }, lane))
    }
    await through(Math.ceil(amounts.visits * WARM))
    const before = await settled(instance)
    const halves: Held[] = []
    for (let half = 0; half < 2; half++) {
      await through(amounts.visits / 2)
      halves.push(await settled(instance))
      say(`after ${(half + 1) * (amounts.visits / 2)} log-ins: heap ${halves.at(-1)?.heap.toFixed(1)} MB (${before.heap.toFixed(1)} before), outside it ${halves.at(-1)?.outside.toFixed(1)} MB (${before.outside.toFixed(1)} before), RSS ${halves.at(-1)?.rss.toFixed(0)} MB (${before.rss.toFixed(0)} before)`)
    }
    const [middle, end] = halves
    if (!middle || !end) throw new Error('nothing was measured')
    report.check('every log-in sees its balance', failed === 0, () => `${failed} log-ins saw none`)
    for (const [what, of] of [['heap', ({ heap }: Held) => heap], ['memory outside the heap', ({ outside }: Held) => outside]] as const)
      report.check('P12: an instance grows by at most 25 MB over its log-ins', of(end) - of(before) <= MOST, () => `its ${what} grew by ${(of(end) - of(before)).toFixed(1)} MB in ${amounts.visits} log-ins`)
    report.figure('heap before, in kB', Math.round(before.heap * 1024))
    report.figure('heap after, in kB', Math.round(end.heap * 1024))
    report.figure('outside the heap before, in kB', Math.round(before.outside * 1024))
    report.figure('outside the heap after, in kB', Math.round(end.outside * 1024))
    report.figure('grown in the second half, in kB', Math.round((end.heap - middle.heap) * 1024))
    report.figure('RSS before, in MB', Math.round(before.rss))
    report.figure('RSS after, in MB', Math.round(end.rss))
  },
})
