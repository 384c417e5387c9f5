/** The value below which this share of the sorted samples lies (nearest rank); NaN when there are none. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

export const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b)

/** The middle one, or the mean of the two in the middle: one bad round does not move it. */
export function median(values: readonly number[]): number {
  const inOrder = sorted(values)
  const half = inOrder.length / 2
  return inOrder.length % 2 === 1 ? (inOrder[Math.floor(half)] ?? Number.NaN) : ((inOrder[half - 1] ?? Number.NaN) + (inOrder[half] ?? Number.NaN)) / 2
}

export const rounded = (value: number, digits = 1): number => Number(value.toFixed(digits))
