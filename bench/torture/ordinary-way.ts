import { checkInvariants } from './invariants/check.ts'
import { suite } from './suite.ts'

/** Nothing goes wrong: what the other suites compare with, and the least that must work before anything is tortured. */
export const ordinaryWay = suite({
  name: 'ordinary way',
  about: 'people log in, consent, see their balance on any instance and log out, with nothing in the way',
  seconds: { full: 10, part: 8 },
  amounts: { full: { people: 18, instances: 2 }, part: { people: 6, instances: 2 } },
  async run({ amounts, report, openScene }) {
    const scene = await openScene({ front: true })
    const { street, startInstance } = scene
    const [one, ...others] = await Promise.all(Array.from({ length: amounts.instances }, () => startInstance()))
    const another = others.at(-1) ?? one
    if (!one || !another) throw new Error('no instance')
    const customers = (await street.people()).filter(({ expected }) => expected && expected.parts.every(({ ore }) => ore !== null))
    for (const { pid, name, expected } of customers.slice(0, amounts.people)) {
      const before = await one.does.logIn({ pid })
      const asked = await one.does.ask(before)
      if (!report.check('the ordinary way works', asked.to === 'altinn', () => `${name}: asking led to ${asked.to}`) || asked.to !== 'altinn') continue
      await street.answer(asked.consentId, 'accept')
      await one.does.backChannel(before)
      const after = await another.does.logIn({ pid })
      const step = await another.does.goOn({ ...after, returnRef: asked.returnRef })
      const page = await one.does.balance(after)
      report.check('the ordinary way works', step.to === 'balance' && page.shows === 'balance' && page.ore === expected?.sumOre, () => `${name}: ${JSON.stringify([step, page])}`)
      report.check('I7', await another.does.logOut(after), () => `${name}: there was nothing to log out of`)
      const gone = await one.does.balance(after)
      report.check('I7', gone.shows === 'logged-out', () => `${name}: after the log-out ${JSON.stringify(gone)}`)
      for (const { does: _does, slowest } of [one, another]) {
        const ms = slowest()
        report.check('I12', ms <= 10_000, () => `an answer took ${ms.toFixed(0)} ms`)
      }
    }
    await checkInvariants(scene, report)
  },
})
