/**
 * What a suite has done to the scene that makes a number larger without anything being wrong. Whoever has done nothing
 * allows nothing.
 */
export type Allowance = {
  /** Processes or connections that ended under our hands: so many readings may have begun whose outcome nobody told. */
  readonly cutShort?: number
  /** Connections to the parties were broken where the street cannot know it: a question may have come up to three times. */
  readonly brokenLines?: boolean
  /** Shared tokens that were fetched and could not be kept. */
  readonly tokensLost?: number
}

/** How often a question to a party may come, when its connection broke (lib/policies.ts). */
export const ATTEMPTS = 3
