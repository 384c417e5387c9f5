import type { Clock } from '@/lib/clock'
import type { Secret } from '@/lib/secret'
import { tokenHashOf } from '@/lib/session/session'
import type { Adviser } from './adviser'
import type { ShareStore } from './share-store'

type Deps = { readonly clock: Clock; readonly shares: Pick<ShareStore, 'stop' | 'leave'> }

/** The customer stops: the adviser sees nothing from the commit on. False when nothing was shared. */
export const stopShare = ({ clock, shares }: Deps, { token, correlationId }: { readonly token: Secret; readonly correlationId: string }): Promise<boolean> =>
  shares.stop(tokenHashOf(token.reveal()), { at: clock.now(), correlationId })

/** The adviser is done. False when it was not theirs, or over. */
export const leaveShare = ({ clock, shares }: Deps, { shareId, adviser, correlationId }: { readonly shareId: string; readonly adviser: Adviser; readonly correlationId: string }): Promise<boolean> =>
  shares.leave(shareId, adviser, { at: clock.now(), correlationId })
