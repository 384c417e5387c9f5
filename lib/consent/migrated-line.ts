import { NationalId } from '@/lib/national-id'
import { fail, ok, type Result } from '@/lib/result'

/** A consent given in Altinn 2, as the operator's file has it. Altinn 3 calls it by its old authorization code. */
export type MigratedConsent = { readonly offeredBy: NationalId; readonly code: string; readonly validTo: Date }

/** What is wrong with a line. A word, and nothing of what the line holds: it holds a national id. */
export type LineProblem = 'unreadable' | 'no-national-id' | 'no-code' | 'no-valid-to' | 'over' | 'too-long'

const names = ['nationalId', 'authorizationCode', 'validTo'] as const
type Name = (typeof names)[number]
/** A line of the file taken apart, or null where it has not the file's form. */
export type ReadLine = (line: string) => Partial<Record<Name, unknown>> | null

/**
 * How the lines of a file are read, by its first line: JSON Lines, or CSV whose first line names the columns in any order, with
 * commas or semicolons. Null when it is neither. `isHeader`: the first line holds no consent.
 */
export function formOf(first: string): { readonly isHeader: boolean; readonly read: ReadLine } | null {
  if (first.startsWith('{')) return { isHeader: false, read: readJson }
  const separator = first.includes(';') ? ';' : ','
  const columns = cells(first, separator)
  const known = columns.map((column) => names.find((name) => name.toLowerCase() === column.toLowerCase()))
  if (!names.every((name) => known.filter((one) => one === name).length === 1)) return null
  return {
    isHeader: true,
    read: (line) => {
      const found = cells(line, separator)
      return found.length === columns.length ? Object.fromEntries(known.flatMap((name, n) => (name ? [[name, found[n]]] : []))) : null
    },
  }
}

const cells = (line: string, separator: string): string[] => line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))

function readJson(line: string): Partial<Record<Name, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line)
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** RFC 3339 with its zone: Altinn 2 wrote times without one, which nobody can tell an hour of. */
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?(?:Z|[+-]\d\d:\d\d)$/
/** No consent of this service lasts longer than a year (its terms of use); a leap year's day is let in. */
const LONGEST = 366 * 86_400_000

/** One line's consent. `synthetic`: whether national ids of test persons are let in. */
export function readConsent(fields: ReturnType<ReadLine>, { synthetic, now }: { readonly synthetic: boolean; readonly now: Date }): Result<MigratedConsent, LineProblem> {
  if (!fields) return fail('unreadable')
  const { nationalId, authorizationCode: code, validTo: end } = fields
  const offeredBy = typeof nationalId === 'string' ? NationalId.parse(nationalId, { synthetic }) : null
  if (!offeredBy) return fail('no-national-id')
  if (typeof code !== 'string' || !uuid.test(code)) return fail('no-code')
  const validTo = new Date(typeof end === 'string' && instant.test(end) ? end : Number.NaN)
  if (Number.isNaN(validTo.getTime())) return fail('no-valid-to')
  if (validTo <= now) return fail('over')
  return validTo.getTime() - now.getTime() > LONGEST ? fail('too-long') : ok({ offeredBy, code: code.toLowerCase(), validTo })
}
