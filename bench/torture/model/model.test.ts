import { describe, expect, test } from 'vitest'
import { aModel, DAYS } from './model.ts'

const start = Date.UTC(2026, 0, 2, 10)
const minute = 60_000
const day = 24 * 60 * minute

/** Ada, who has said yes and come back. */
function shown() {
  const model = aModel(start)
  model.logIn(0, 'ada')
  model.ask(0, false)
  model.inAltinn(0, 'accepted')
  model.goOn(0, 0)
  return model
}
const statuses = (model: ReturnType<typeof aModel>) => model.consents.map(({ status }) => status)

describe('the model', () => {
  test('shows a balance to who said yes, once read in each log-in, until the log-out', () => {
    const model = shown()
    model.goOn(0, null)
    expect([model.look(0), model.readings()]).toEqual(['ada', 1])
    model.logOut(0)
    expect(model.look(0)).toBeNull()
    expect(model.told).toEqual(['ada session.started', 'ada consent.requested', 'ada consent.settled: accepted', 'ada source.read-started', 'ada source.read: ok', 'ada reading.shown', 'ada session.ended: own'])
  })

  test('reads anew in the next log-in, and asks nobody', () => {
    const model = shown()
    model.logIn(1, 'ada')
    expect([model.ask(1, false), model.goOn(1, null), model.look(1), model.readings()]).toEqual(['usable', 'balance', 'ada', 2])
  })

  test('ends a log-in after a quarter of an hour, and what it held with it', () => {
    const model = shown()
    model.timePasses(15 * minute)
    expect([model.look(0), model.told.at(-1), model.logIns[0]?.holds]).toEqual([null, 'ada session.ended: idle', null])
  })

  test('hears of a withdrawal by reading, by the events, and not twice', () => {
    const model = shown()
    model.inAltinn(0, 'revoked')
    model.logIn(0, 'ada')
    expect([model.goOn(0, null), statuses(model)]).toEqual(['consent', ['revoked']])
    model.follow()
    expect(model.told.filter((line) => line.endsWith('revoked'))).toEqual(['ada consent.closed: revoked'])
  })

  test('binds an answer to nobody but who gave it', () => {
    const model = aModel(start)
    model.logIn(0, 'ada')
    model.ask(0, false)
    model.inAltinn(0, 'accepted')
    model.logIn(0, 'bo')
    expect([model.goOn(0, 0), model.look(0), statuses(model)]).toEqual(['wrong-person', null, ['requested']])
  })

  test('takes up an unanswered question for a day, and a late answer after that', () => {
    const model = aModel(start)
    model.logIn(0, 'ada')
    expect([model.ask(0, false), model.ask(0, false)]).toEqual([0, 0])
    model.timePasses(day)
    model.logIn(0, 'ada')
    expect([model.ask(0, false), statuses(model)]).toEqual([1, ['expired', 'requested']])
    model.inAltinn(1, 'accepted')
    model.timePasses(day)
    model.logIn(0, 'ada')
    expect(model.ask(0, false)).toBe('usable')
  })

  test('shows nothing at the end of a consent, before any job has closed it', () => {
    const model = shown()
    model.timePasses(DAYS * day - 5 * minute)
    model.logIn(0, 'ada')
    model.goOn(0, null)
    expect(model.look(0)).toBe('ada')
    model.timePasses(5 * minute)
    expect([model.look(0), statuses(model)]).toEqual([null, ['accepted']])
    model.expire()
    expect(statuses(model)).toEqual(['expired'])
  })

  test('stops a consent here together with the one that it renewed', () => {
    const model = shown()
    model.timePasses(20 * day)
    model.logIn(0, 'ada')
    expect(model.ask(0, true)).toBe(1)
    model.inAltinn(1, 'accepted')
    model.goOn(0, 1)
    expect([model.stopHere(0, 1), statuses(model), model.look(0)]).toEqual(['stopped', ['revoked', 'revoked'], null])
  })
})
