/** The only place that asks what time it is. Rules take `now`; use cases ask the clock they are given. */
export type Clock = { now(): Date }

export const systemClock: Clock = { now: () => new Date() }
