import fc from 'fast-check'
import type { Sequence } from './house.ts'
import { aModel, type Model, type Name } from './model.ts'

type Step = fc.AsyncCommand<Model, Real>
/** The core, and how far its audit log has been compared. */
export type Real = { readonly core: Sequence; told: bigint; readonly count: (step: string) => void }

const second = 1_000
const minute = 60 * second
const day = 24 * 60 * minute

function mustBe(what: string, ours: unknown, promised: unknown): void {
  const [a, b] = [JSON.stringify(ours), JSON.stringify(promised)]
  if (a !== b) throw new Error(`${what}: it is ${a}, and the model says ${b}`)
}

/** Everything at rest, after each step: rows, sessions, what is held, and each line of the audit log that the step wrote. */
async function compare(model: Model, real: Real): Promise<void> {
  const seen = await real.core.see(real.told)
  real.told = seen.last
  mustBe('consents', seen.consents, model.consents.map(({ nr, status, stoppedHere }) => `${nr} ${status}${stoppedHere ? ', stopped here' : ''}`).sort())
  mustBe('log-ins', seen.sessions, model.logIns.filter(({ alive }) => alive).map(({ nr }) => nr))
  mustBe('held', seen.held, model.logIns.flatMap(({ nr, holds }) => (holds ? [`${nr} on ${holds.nr}`] : [])).sort())
  mustBe('audit log', seen.told, model.told.splice(0).sort())
  mustBe('calls for a balance', real.core.readings(), model.readings())
}

/** A step plays in both; each takes a second, so that no two things happen at the same instant. */
const step = (name: string, inModel: (model: Model) => unknown, inCore: (core: Sequence, model: Model) => unknown, mayBe: (model: Model) => boolean = () => true): Step => ({
  check: mayBe,
  async run(model, real) {
    real.count(name.split(' (')[0] ?? name)
    model.timePasses(second)
    real.core.timePasses(second)
    // What the core is asked for is told before the model moves on.
    const ours = await inCore(real.core, model)
    mustBe(name, ours ?? null, inModel(model) ?? null)
    await compare(model, real)
  },
  toString: () => name,
})
/** For steps whose own answer says nothing. */
const quietly = (act: (core: Sequence) => unknown) => async (core: Sequence) => { await act(core) }

const browser = fc.constantFrom(0, 0, 0, 1)
const who = fc.constantFrom<Name>('ada', 'ada', 'ada', 'bo')
/** Counted from the newest: what people do concerns mostly that. */
const recent = fc.constantFrom(0, 0, 0, 1, 2)
const nth = (list: readonly unknown[], back: number): number => list.length - 1 - back

const logsIn = (name: Name, at: number) => step(`log in (${name}, browser ${at})`, (m) => m.logIn(at, name), quietly((core) => core.logIn(at, name)))
const asks = (at: number, renew: boolean) => step(`${renew ? 'renew' : 'ask'} (browser ${at})`, (m) => m.ask(at, renew), (core) => core.ask(at, renew))
const logIn = fc.tuple(browser, who).map(([at, name]) => logsIn(name, at))
const ask = fc.tuple(browser, fc.boolean()).map(([at, renew]) => asks(at, renew))
const goOn = browser.map((at) => step(`go on (browser ${at})`, (m) => m.goOn(at, null), (core) => core.goOn(at, null)))
const comesBack = (at: number, back: number) => step(`come back from Altinn (browser ${at}, question ${back})`, (m) => m.goOn(at, nth(m.consents, back)), (core, m) => core.goOn(at, nth(m.consents, back)), (m) => nth(m.consents, back) >= 0)
const comeBack = fc.tuple(browser, recent).map(([at, back]) => comesBack(at, back))
const forged = browser.map((at) => step(`come back with a forged reference (browser ${at})`, (m) => m.goOn(at, null), (core) => core.goOn(at, 'forged')))
const look = browser.map((at) => step(`look (browser ${at})`, (m) => m.look(at), (core) => core.look(at)))
const answers = (name: string, word: 'accepted' | 'rejected' | 'revoked', back: number) =>
  step(`${name} in Altinn (question ${back})`, (m) => void m.inAltinn(nth(m.consents, back), word), (core, m) => void core.inAltinn(nth(m.consents, back), word), (m) => nth(m.consents, back) >= 0)
const inAltinn = (name: string, word: 'accepted' | 'rejected' | 'revoked') => recent.map((back) => answers(name, word, back))
const stopHere = fc.tuple(browser, recent).map(([at, back]) => step(`stop here (browser ${at}, question ${back})`, (m) => m.stopHere(at, nth(m.consents, back)), (core, m) => core.stopHere(at, nth(m.consents, back)), (m) => nth(m.consents, back) >= 0))
const logOut = browser.map((at) => step(`log out (browser ${at})`, (m) => m.logOut(at), quietly((core) => core.logOut(at))))
const elsewhere = fc.tuple(recent, fc.constantFrom('back-channel' as const, 'front-channel' as const)).map(([back, how]) =>
  step(`logged out by ID-porten (${how}, log-in ${back})`, (m) => m.loggedOutElsewhere(nth(m.logIns, back), how), async (core, m) => core.loggedOutElsewhere(nth(m.logIns, back), how), (m) => nth(m.logIns, back) >= 0))
const timePasses = fc.constantFrom<[string, number]>(['five seconds', 5 * second], ['a minute', minute], ['ten minutes', 10 * minute], ['a quarter', 15 * minute], ['an hour', 60 * minute], ['a day', day], ['three weeks', 21 * day]).map(([name, ms]) =>
  step(`time passes (${name})`, (m) => m.timePasses(ms), quietly((core) => core.timePasses(ms))))
/** Half a second before or after: steps take whole ones. */
const untilEnd = (m: Model): number => (m.consents.at(-1)?.validTo ?? 0) - m.now() - second / 2
const until = (name: string, before: number) =>
  step(`time passes (to ${name})`, (m) => m.timePasses(untilEnd(m) - before), (core, m) => core.timePasses(untilEnd(m) - before), (m) => m.consents.length > 0 && untilEnd(m) - before > 2 * second)
const toTheEnd = until('the end of the newest consent', 0)
const nearTheEnd = until('five minutes before the end of the newest consent', 5 * minute)
const jobs = [
  step('the job that follows events', (m) => m.follow(), quietly((core) => core.follow())),
  step('the job that expires consents', (m) => m.expire(), quietly((core) => core.expire())),
  step('the job that ends log-ins', (m) => m.endExpired(), quietly((core) => core.endExpired())),
].map((job) => fc.constant(job))

const asked = [logsIn('ada', 0), asks(0, false)]
const shown = [...asked, answers('yes', 'accepted', 0), comesBack(0, 0)]
const shownNearTheEnd = [...shown, nearTheEnd, logsIn('ada', 0), comesBack(0, 0)]
/** Where a sequence begins: nowhere, or some steps on ways that chance alone seldom finds. */
export const anyBeginning = fc.constantFrom<readonly Step[]>(
  [], asked, shown, shownNearTheEnd,
  [logsIn('bo', 1), asks(1, false), ...asked, answers('yes', 'accepted', 0)],
  [...shownNearTheEnd, asks(0, true), answers('yes', 'accepted', 0), logsIn('ada', 0), comesBack(0, 0)],
)

/** Some twice: what people do most, and what must have happened before much else can. */
export const anySteps = fc.commands<Model, Real, false>(
  [
    logIn, logIn, ask, ask, inAltinn('yes', 'accepted'), inAltinn('yes', 'accepted'), comeBack, comeBack, goOn, goOn, look, look,
    inAltinn('no', 'rejected'), inAltinn('withdrawn', 'revoked'), forged, stopHere, logOut, elsewhere, timePasses, timePasses, fc.constant(toTheEnd), fc.constant(nearTheEnd), ...jobs,
  ] as unknown as fc.Arbitrary<fc.AsyncCommand<Model, Real>>[],
  { maxCommands: 40, size: 'max' },
)

/** Plays one sequence in both, from the same beginning. */
export async function play(core: Sequence, start: number, beginning: readonly Step[], steps: Iterable<Step>, count: (step: string) => void): Promise<void> {
  await fc.asyncModelRun(() => ({ model: aModel(start), real: { core, told: 0n, count } }), [...beginning, ...steps])
}
