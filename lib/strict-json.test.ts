import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseStrictly } from './strict-json'

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

describe('JSON that can be read in one way only', () => {
  test('is read as JSON.parse reads it', () => {
    const value = fc.json({ maxDepth: 6 }).filter((text) => !text.includes('__proto__') && !/^\uFEFF|\uFFFD/.test(text))
    fc.assert(fc.property(value, (text) => { expect(parseStrictly(text)).toEqual(JSON.parse(text)) }), { numRuns: 2_000 })
  })

  test.each([
    '{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}', '{"a":"{\\"a\\":1,\\"a\\":2}"}', '{"a":":","b":"a"}', '{"\\"":1,"\\\\":2}', '["a","a"]', '{"":1}', '"a"', '1e300', '{"constructor":1}', '{"a":"\uFEFFb"}', nested(16),
  ])('%s', (text) => {
    expect(parseStrictly(text)).toEqual(JSON.parse(text))
  })
})

describe('JSON that two readers may understand differently is refused', () => {
  test.each([
    ['a name twice', '{"amount":1,"amount":2}'], ['a name twice, further in', '{"a":[{"b":{"c":1,"d":2,"c":3}}]}'], ['a name twice, written differently', '{"amount":1,"\\u0061mount":2}'], ['an empty name twice', '{"":1,"":2}'],
    ['a name twice around others', '{"a":{"x":1},"b":[1,2],"a":3}'],
    ['__proto__', '{"__proto__":{"admin":true}}'], ['__proto__, written differently', '{"__pr\\u006fto__":1}'], ['__proto__, further in', '[{"a":{"__proto__":null}}]'],
    ['a byte order mark', '\uFEFF{"a":1}'], ['bytes that were not UTF-8', '{"a":"L\uFFFDn"}'], ['a number beyond all numbers', '{"a":1e400}'], ['one below all', '[-1e400]'],
    ['one level too deep', nested(17)], ['a hundred thousand levels', nested(100_000)],
    ['nothing', ''], ['NaN', 'NaN'], ['a comma too many', '{"a":1,}'], ['single quotes', "{'a':1}"], ['a comment', '{"a":1/**/}'], ['two values', '{} {}'], ['half an object', '{"a":1'], ['UTF-16', Buffer.from('{"a":1}', 'utf16le').toString('utf8')], ['a line break in a string', '{"a\n":1}'],
  ])('%s', (_what, text) => {
    expect(() => parseStrictly(text)).toThrow(SyntaxError)
  })

  test('at any place: one name of an object written once more', () => {
    const object = fc.dictionary(fc.string({ minLength: 1 }).filter((name) => name !== '__proto__' && !/^\uFEFF|\uFFFD/.test(name)), fc.integer(), { minKeys: 1 })
    fc.assert(fc.property(object, fc.nat(), (value, at) => {
      const names = Object.keys(value)
      const twice = `{"before":[],${JSON.stringify({ x: value }).slice(5, -2)},${JSON.stringify(names[at % names.length])}:null}`
      expect(() => parseStrictly(twice)).toThrow(SyntaxError)
    }))
  })

  test('in no more time than its length', () => {
    const long = JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`name ${n} \\"`, '\\'.repeat(5)])))
    expect(Object.keys(parseStrictly(long) as object)).toHaveLength(20_000)
  })
})
