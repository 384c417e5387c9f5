import { describe, expect, test } from 'vitest'
import { randomFrom } from '../random.ts'
import { fuzz, must, type Subject } from './fuzz.ts'
import { mutatedEither, mutatedJson, mutatedText } from './mutations.ts'

const digits: Subject = { name: 'digits', share: 1, make: (random) => String(random.below(1_000)), keepsItsWord: () => undefined }
/** Milliseconds of processor time, however many others want the processor. */
const busyFor = (ms: number) => {
  for (const before = process.cpuUsage(); process.cpuUsage(before).user < ms * 1000; );
}

describe('random numbers', () => {
  const some = (...seed: number[]) => Array.from({ length: 200 }, ((random) => () => random.below(1_000))(randomFrom(...seed)))
  test('come again with the same seed, and not with another', () => {
    expect(some(7, 1)).toEqual(some(7, 1))
    expect(some(7, 1)).not.toEqual(some(7, 2))
    expect(some(71)).not.toEqual(some(7, 1))
  })
  test('reach every part of what they are asked for', () => {
    const random = randomFrom(3)
    const seen = new Set(Array.from({ length: 1_000 }, () => random.below(10)))
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(() => random.pick([])).toThrow()
  })
})

describe('mutations', () => {
  const corpus = ['{"a":{"b":[1,2]},"c":"x"}', '{"c":null}']
  const made = (make: typeof mutatedText) => Array.from({ length: 500 }, (_, n) => make(randomFrom(5, n), corpus))
  test('are many, and now and then nothing is wrong', () => {
    for (const make of [mutatedText, mutatedJson, mutatedEither]) expect(new Set(made(make)).size).toBeGreaterThan(200)
    expect(made(mutatedText)).toContain(corpus[0])
  })
  test('of JSON are wrong inside: most can be read, and some cannot', () => {
    const read = made(mutatedJson).filter((text) => {
      try {
        return JSON.parse(text) !== undefined
      } catch {
        return false
      }
    })
    expect(read.length).toBeGreaterThan(250)
    expect(read.length).toBeLessThan(500)
  })
})

describe('a fuzzed parser', () => {
  const of = async (subject: Subject, amount = 2_000) => (await fuzz([subject], { amount, seed: 1 })).get(subject.name)
  test('that keeps its word is found to', async () => {
    expect(await of(digits)).toMatchObject({ cases: 2_000, broken: [] })
  })
  test('gets its share', async () => {
    const results = await fuzz([digits, { ...digits, name: 'three times as many', share: 3 }], { amount: 400, seed: 1 })
    expect([...results.values()].map(({ cases }) => cases)).toEqual([100, 300])
  })
  test.each<[string, Subject['keepsItsWord']]>([
    ['throws', (input) => must(input !== '500', 'let it in')],
    ['rejects', async (input) => must(input !== '500', 'let it in')],
  ])('that %s is found, with the input and the number that brings it back', async (_how, keepsItsWord) => {
    const [first] = (await of({ ...digits, keepsItsWord }, 5_000))?.broken ?? []
    expect(first).toMatchObject({ subject: 'digits', what: 'Error: let it in', input: '"500"' })
    expect(digits.make(randomFrom(1, 'digits', first?.nr ?? -1))).toBe('500')
  })
  test('that is too slow for one input is found, but not one that was kept waiting once', async () => {
    let stalls = 1
    const once = await of({ ...digits, keepsItsWord: () => { if (stalls-- === 1) busyFor(60) } })
    const always = await of({ ...digits, keepsItsWord: (input) => { if (input === '500') busyFor(60) } }, 1_000)
    expect(once?.broken).toEqual([])
    expect(always?.broken[0]).toMatchObject({ what: expect.stringMatching(/^took \d+ ms of processor time$/) as string, input: '"500"' })
  })
})
