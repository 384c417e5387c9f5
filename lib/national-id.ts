import { inspect } from 'node:util'
import { idnr } from '@navikt/fnrvalidator'

/** `real`: fødselsnummer and D-number. `synthetic`: the test series with 40 (NAV), 65 or 80 (Tenor) added to the month. */
export type NationalIdSeries = 'real' | 'synthetic'

/** DSOP's fictive customers look like real numbers: let in where synthetic ones are, refused in production. */
const publishedTestCustomers = new Set([
  '01085301957', '01097601522', '02075700329', '02095302184', '02104802179', '03096902157', '03124002140', '04024701293', '04056200784',
  '04125300311', '05106500098', '06095300381', '07017900514', '08027200274', '08027201815', '08027202285', '08046802080',
])

/** A verified national id (fødselsnummer or D-number) that refuses to be printed, logged, serialised or rendered. */
export class NationalId {
  readonly #digits: string
  readonly series: NationalIdSeries
  private constructor(digits: string, series: NationalIdSeries) {
    this.#digits = digits
    this.series = series
  }

  /** Null unless these are eleven digits with right control digits and a real date, of a series that may be used here. */
  static parse(digits: string, accept: { synthetic: boolean }): NationalId | null {
    const series = seriesOf(digits)
    return series === null || (series === 'synthetic' && !accept.synthetic) ? null : new NationalId(digits, series)
  }

  equals(other: NationalId): boolean {
    return this.#digits === other.#digits
  }
  reveal(): string {
    return this.#digits
  }
  /** For the person's own eyes, in what may go astray: the birth date, and five dots. */
  masked(): string {
    return `${this.#digits.slice(0, 6)} •••••`
  }
  toString(): string {
    return '[national id]'
  }
  toJSON(): string {
    return '[national id]'
  }
  [inspect.custom](): string {
    return '[national id]'
  }
}

function seriesOf(digits: string): NationalIdSeries | null {
  if (!/^\d{11}$/.test(digits)) return null
  const checked = idnr(digits)
  if (checked.status === 'valid') return publishedTestCustomers.has(digits) || Number(digits[2]) >= 4 ? 'synthetic' : 'real'
  const onlyTheDate = checked.reasons.length === 1 && checked.reasons[0] === 'invalid date'
  return onlyTheDate && isDateInSeries65(digits) ? 'synthetic' : null
}

/** The validator knows the series 40 and 80, and says "invalid date" of 65; its control digits are then right. */
function isDateInSeries65(digits: string): boolean {
  const written = Number(digits.slice(0, 2))
  const day = written > 40 ? written - 40 : written
  const month = Number(digits.slice(2, 4)) - 65
  const year = Number(digits.slice(4, 6))
  const date = new Date(Date.UTC(year === 0 ? 2000 : 1900 + year, month - 1, day))
  return day > 0 && date.getUTCMonth() + 1 === month && date.getUTCDate() === day
}
