/**
 * Lets this process believe that it is another time: loaded before anything else, it moves `Date` by what `TORTURE_CLOCK_MS`
 * says, or what is set later. Timers and performance.now() run on as they are.
 */
const RealDate = Date
let shift = Number(process.env.TORTURE_CLOCK_MS ?? 0)

class ShiftedDate extends RealDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(RealDate.now() + shift)
    else super(...(given as [number]))
  }
  static override now(): number {
    return RealDate.now() + shift
  }
}

globalThis.Date = ShiftedDate as DateConstructor

/** Milliseconds that this process is ahead (or, negative, behind). */
export function shiftClock(ms: number): void {
  shift = ms
}
