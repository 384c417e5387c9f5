/** Where one has come to in the log, going back in time. */
export type AuditPlace = { readonly id: string; readonly at: Date }

/** Later than any line. */
export const END: AuditPlace = { at: new Date(Date.UTC(9999, 0, 1)), id: '0' }

/** A place in the log, for an address: says nothing about anybody. */
export const placeInAddress = ({ at, id }: AuditPlace): string => `${at.getTime()}-${id}`

/** The place that an address names; null for nonsense. */
export function placeFromAddress(text: unknown): AuditPlace | null {
  const [, time, id] = (typeof text === 'string' && /^(\d{1,15})-(\d{1,18})$/.exec(text)) || []
  return time && id ? { at: new Date(Number(time)), id } : null
}
