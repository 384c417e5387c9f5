/** The background work there is: the names by which the queue, the log and the figures know it. */
export const jobNames = ['end-expired-sessions', 'end-due-shares', 'expire-consents', 'follow-consent-events', 'seal-audit-log', 'make-audit-room', 'run-retention', 'detach-audit-months', 'tell-of-keys'] as const
export type JobName = (typeof jobNames)[number]

/** The job of this name; null for one that only another release has. */
export const jobNamed = (name: string): JobName | null => jobNames.find((known) => known === name) ?? null
