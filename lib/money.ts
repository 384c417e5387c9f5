/** Money is a whole number of øre. Never a float, never a bare number. */
export type Money = { readonly ore: number; readonly currency: 'NOK' }

/** Throws a RangeError unless `ore` is a whole number that a double holds exactly. */
export const nok = (ore: number): Money => {
  if (!Number.isSafeInteger(ore)) throw new RangeError('Money must be a whole number of øre')
  return { ore, currency: 'NOK' }
}

const decimal = /^(-?)(\d{1,12})(?:\.(\d{1,30}))?$/

/** Reads an amount in kroner from the digits of a JSON number (`12684.79`); null when it is not exact in øre. */
export function fromDecimalText(text: string): Money | null {
  const [, sign, kroner, decimals = ''] = decimal.exec(text) ?? []
  if (kroner === undefined) return null
  const ore = decimals.padEnd(2, '0')
  if (/[1-9]/.test(ore.slice(2))) return null
  const whole = Number(kroner) * 100 + Number(ore.slice(0, 2))
  return nok(sign === '-' && whole !== 0 ? -whole : whole)
}

export const sum = (amounts: readonly Money[]): Money => nok(amounts.reduce((total, { ore }) => total + ore, 0))

/** The same amount owed the other way: a credit shown as money to be refunded. */
export const negate = ({ ore }: Money): Money => nok(ore === 0 ? 0 : -ore)

const formats = new Map<string, Intl.NumberFormat>()

/** `12 684,79 kr` with no-break spaces and U+2212 for minus in Norwegian; the locale's own way in others. */
export function format({ ore, currency }: Money, locale: string): string {
  let krone = formats.get(locale)
  if (!krone) formats.set(locale, (krone = new Intl.NumberFormat(locale === 'en' ? 'en-GB' : `${locale}-NO`, { style: 'currency', currency })))
  return krone.format(ore / 100)
}
