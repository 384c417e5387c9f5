import type { Random } from '../random.ts'

const signs = [...'\u0000\u0007\t\n\r "\'\\/<>{}[](),.:;=&%+-_*?|~^$#@!`0123456789abcxyzæøåÆØÅ\u00a0\u200b\u2011\u2212\u0661\u2028\ufeff\uff11\ud800'] as const
/** Things that have broken parsers before. */
const pieces = [
  'null', 'true', 'undefined', 'NaN', 'Infinity', '-Infinity', '{}', '[]', '""', '0', '-0', '-1', '00', '1e400', '1E5', '0x10', '1_000', '.5', '5.', '9007199254740993', '99999999999999999999999999999999',
  '0.1', '12684.790000000001', '12684.795', '-12684.79', '\u221212684.79', '12 684,79', '"__proto__"', '"constructor"', 'toString', '%00', '%', '%E0%A4%A', '../', '//', '\\u0000', '\\ud800', '\\"', '\ufeff', '..', 'eyJ',
  ' ', '\r\n', 'Bearer ', '&', '=', '&sid=x', '15819010029', '311111116', 'urn:altinn:', 'GMT', '2026-02-30T25:61:61Z', '+99:99', '\udc00\ud800', '🙈', 'İ', '㎏',
] as const

/** Where a slice begins and ends. */
function slice(random: Random, text: string): readonly [number, number] {
  const from = random.below(text.length + 1)
  return [from, Math.min(text.length, from + random.below(Math.max(2, Math.ceil(text.length / 4))))]
}

function once(random: Random, text: string, corpus: readonly string[]): string {
  const at = random.below(text.length + 1)
  const [from, to] = slice(random, text)
  switch (random.below(11)) {
    case 0: return text.slice(0, at) + random.pick(signs) + text.slice(at + 1)
    case 1: return text.slice(0, at) + random.pick(signs) + text.slice(at)
    case 2: return text.slice(0, at) + random.pick(pieces) + text.slice(at)
    case 3: return text.slice(0, from) + random.pick(pieces) + text.slice(to)
    case 4: return text.slice(0, from) + text.slice(to)
    case 5: return text.slice(0, to) + text.slice(from)
    case 6: return text.slice(0, at)
    case 7: {
      const other = random.pick(corpus)
      return text.slice(0, at) + other.slice(random.below(other.length + 1))
    }
    case 8: return text.replace(/\d/g, (digit) => (random.chance(0.1) ? String((Number(digit) + 1) % 10) : digit))
    case 9: return random.chance(0.5) ? text.toUpperCase() : text.toLowerCase()
    // Long ones, seldom: they cost time, and it is time that they try.
    default: return random.chance(0.02) ? text.slice(0, at) + (text.slice(from, to) || random.pick(pieces)).repeat(1 + random.below(2_000)).slice(0, 60_000) + text.slice(at) : text
  }
}

/** One of the corpus with one to four things wrong; now and then none, for the parser must do its work too. */
export function mutatedText(random: Random, corpus: readonly string[]): string {
  let text = random.pick(corpus)
  for (let left = random.below(5); left > 0; left--) text = once(random, text, corpus)
  return text
}

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }
const MARK = '\u0001here\u0001'
const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)

/** Every place in the value as the object that holds it and the name there. */
function placesIn(value: Json, found: [holder: Record<string, Json>, name: string][] = []): typeof found {
  if (value === null || typeof value !== 'object') return found
  const holder = value as Record<string, Json>
  for (const name of Object.keys(holder)) {
    found.push([holder, name])
    placesIn(holder[name] as Json, found)
  }
  return found
}

/** JSON of the corpus where one value is something else: another type, a number nobody writes, too deep, gone, or named twice. */
export function mutatedJson(random: Random, corpus: readonly string[]): string {
  const value = JSON.parse(random.pick(corpus)) as Json
  const places = placesIn(value)
  const put = (): string => {
    const [holder, name] = random.pick(places)
    switch (random.below(6)) {
      case 0: delete holder[name]; return ''
      case 1: holder[random.pick(['__proto__x', 'constructor', '', name.toUpperCase(), `${name} `])] = holder[name] as Json; return ''
      case 2: holder[name] = [holder[name] as Json, holder[name] as Json]; return ''
      default: holder[name] = MARK
    }
    if (random.chance(0.01)) return deep(10 + random.below(4_000))
    if (random.chance(0.1)) return `${JSON.stringify(random.pick(pieces))},${JSON.stringify(name)}:${random.pick(pieces)}`
    return random.chance(0.5) ? JSON.stringify(random.pick(pieces)) : random.pick(pieces)
  }
  if (places.length === 0) return mutatedText(random, corpus)
  const instead = put()
  return JSON.stringify(value).replaceAll(JSON.stringify(MARK), () => instead)
}

/** JSON that is wrong as a value or as text. */
export const mutatedEither = (random: Random, corpus: readonly string[]): string => (random.chance(0.6) ? mutatedJson(random, corpus) : mutatedText(random, corpus))
