import type { ShellSession } from '@/components/ui/page-shell'
import type { SessionLimits } from '@/lib/session/session'

/** What a page must know to leave in time: by the log-in's row, so that a page that nobody asked for makes nothing longer. */
export const timesOf = ({ lastSeenAt, expiresAt }: { readonly lastSeenAt: Date; readonly expiresAt: Date }, { idleMinutes }: SessionLimits): Omit<ShellSession, 'touch'> => ({
  idleSeconds: idleMinutes * 60,
  idleEnd: lastSeenAt.getTime() + idleMinutes * 60_000,
  absoluteEnd: expiresAt.getTime(),
})
