import type { Clock } from '@/lib/clock'
import { idleSince, type SessionLimits } from '@/lib/session/session'
import { openReading } from '@/lib/sources/held-reading'
import type { DataSource } from '@/lib/sources/source'
import { hasRole } from '@/lib/staff/staff-session'
import type { Adviser } from './adviser'
import type { OpenShareStore } from './open-share-store'

type Deps = { readonly clock: Clock; readonly sessionLimits: SessionLimits; readonly openShares: Pick<OpenShareStore, 'look'> }
type Input<T> = { readonly source: DataSource<T>; readonly shareId: string; readonly adviser: Adviser; readonly readerKey: Uint8Array; readonly correlationId: string }

/** What a customer shows this adviser, for the screen. Logged before it is opened; null when there is nothing to see. */
export async function lookAtShare<T>({ clock, sessionLimits, openShares }: Deps, { source, shareId, adviser, readerKey, correlationId }: Input<T>): Promise<{ readonly value: T; readonly fetchedAt: Date } | null> {
  if (!hasRole(adviser, 'adviser')) return null
  const at = clock.now()
  const seen = await openShares.look(shareId, adviser, { at, idleSince: idleSince(sessionLimits, at), correlationId })
  if (!seen) return null
  return { value: source.held.parse(openReading(seen, seen.readingId, readerKey)), fetchedAt: seen.fetchedAt }
}
