import { idnr } from '@navikt/fnrvalidator'

/** The number with its last digit changed: its control digits are wrong, so it is nobody's. */
export const withWrongDigits = (pid: string): string => `${pid.slice(0, -1)}${(Number(pid.at(-1)) + 1) % 10}`

/**
 * A number of the ordinary kind, as a real person’s is, and valid: of somebody born on the last day of 2039, so of nobody yet. Worked
 * out from its first nine digits, so that no such number stands anywhere.
 */
export const NOT_SYNTHETIC = withControlDigits('311239901')

function withControlDigits(nine: string): string {
  const found = Array.from({ length: 100 }, (_, nr) => `${nine}${String(nr).padStart(2, '0')}`).find((pid) => idnr(pid).status === 'valid')
  if (found === undefined) throw new Error(`no control digits fit ${nine}`)
  return found
}
