import { randomInt } from 'node:crypto'

/** A reference a person can read over the telephone: no vowels that make words, no 0/O, 1/I. */
const alphabet = '23456789BCDFGHJKLMNPQRSTVWXZ'
const shape = new RegExp(`^[${alphabet}]{4}(-[${alphabet}]{4}){2}$`)

/** Twelve random signs in fours, `K7QM-9XTB-2RWH`: on the error page, in the log and in the audit log alike. */
export const newCorrelationId = (): string =>
  Array.from({ length: 3 }, () => Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join('')).join('-')

export const isCorrelationId = (text: string): boolean => shape.test(text)
