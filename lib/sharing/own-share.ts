import type { Clock } from '@/lib/clock'
import type { Secret } from '@/lib/secret'
import { tokenHashOf, type SessionLimits } from '@/lib/session/session'
import { spelled } from './one-time-code'
import { endOf, type ShareEnd } from './share'
import type { ShareStore } from './share-store'
import { codeForScreen } from './start-share'

type Deps = { readonly clock: Clock; readonly sessionLimits: SessionLimits; readonly shares: Pick<ShareStore, 'ofSession'> }

/** What a customer is told of their own newest share. */
export type OwnShare = { readonly id: string; readonly createdAt: Date } & (
  | { readonly state: 'waiting'; /** In two halves, as it is read out. */ readonly code: string; readonly codeUntil: Date }
  | { readonly state: 'open'; readonly since: Date; readonly staffRef: string | null; readonly unit: string | null; readonly purpose: string | null; readonly caseNumber: string | null }
  | { readonly state: 'ended'; readonly end: ShareEnd; /** Null when nobody has written it down yet. */ readonly endedAt: Date | null; readonly wasOpened: boolean }
)

/** The share that this log-in began last; null when it began none. The code is for the eyes of this cookie alone. */
export async function ownShare({ clock, sessionLimits, shares }: Deps, token: Secret): Promise<OwnShare | null> {
  const share = await shares.ofSession(tokenHashOf(token.reveal()))
  if (!share) return null
  const { id, createdAt, openedAt, codeUntil, codeSealed, staffRef, unit, purpose, caseNumber } = share
  const end = endOf(share, sessionLimits, clock.now())
  if (end) return { id, createdAt, state: 'ended', end, endedAt: share.endedAt, wasOpened: openedAt !== null }
  if (openedAt) return { id, createdAt, state: 'open', since: openedAt, staffRef, unit, purpose, caseNumber }
  if (!codeSealed) return { id, createdAt, state: 'ended', end: 'lost', endedAt: null, wasOpened: false }
  return { id, createdAt, state: 'waiting', code: spelled(codeForScreen(codeSealed, id, token)), codeUntil }
}

/** How the customer's own share stands, in a word that changes whenever their screen must: not what it says. */
export const wordOf = (share: OwnShare | null): string => (share ? `${share.state}-${share.createdAt.getTime()}` : 'none')
