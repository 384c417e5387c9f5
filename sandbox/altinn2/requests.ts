import { randomUUID } from 'node:crypto'
import type { KeptList } from '../kept.ts'

export type Status = 'Unopened' | 'Opened' | 'Accepted' | 'Rejected'
export type Resource = { ServiceCode: string; ServiceEditionCode: number; Metadata: Record<string, string> }
export type NewRequest = {
  coveredBy: string
  offeredBy: string
  requiredDelegator: string | null
  handledBy: string | null
  validTo: Date
  redirectUrl: string
  resources: readonly Resource[]
  portalViewMode: string
}
/** A consent request, and the consent that came of it. An accepted one may have been given up or withdrawn since. */
export type ConsentRequest = NewRequest & { code: string; status: Status; revoked: boolean; created: Date; lastChanged: Date; delegated: Date | null; uses: number }
export type Move = 'accept' | 'reject' | 'revoke'

/** Altinn 2's consents, in memory and perhaps in a file as well. The code is Altinn's own choice. */
export type ConsentRequests = {
  find(code: string): ConsentRequest | undefined
  all(): ConsentRequest[]
  add(request: NewRequest, now: Date): ConsentRequest
  open(request: ConsentRequest, now: Date): void
  /** False in a state that has no such move. */
  move(request: ConsentRequest, move: Move, now: Date): boolean
  expire(request: ConsentRequest, now: Date): void
  /** The consumer takes back a question that nobody has answered. */
  remove(request: ConsentRequest): void
  /** One of them was used. */
  use(request: ConsentRequest): void
  clear(): void
}

export const isOver = ({ validTo }: ConsentRequest, now: Date): boolean => validTo <= now
export const isInForce = (request: ConsentRequest, now: Date): boolean => request.status === 'Accepted' && !request.revoked && !isOver(request, now)
export const isUnanswered = ({ status }: ConsentRequest): boolean => status === 'Unopened' || status === 'Opened'

export function createConsentRequests(kept?: KeptList<ConsentRequest>): ConsentRequests {
  const requests = new Map((kept?.read() ?? []).map((request) => [request.code, request]))
  const save = (): void => { kept?.write([...requests.values()]) }
  return {
    find: (code) => requests.get(code.toLowerCase()),
    all: () => [...requests.values()],
    add(request, now) {
      const added: ConsentRequest = { ...request, code: randomUUID(), status: 'Unopened', revoked: false, created: now, lastChanged: now, delegated: null, uses: 0 }
      requests.set(added.code, added)
      save()
      return added
    },
    open(request, now) {
      if (request.status === 'Unopened') Object.assign(request, { status: 'Opened', lastChanged: now })
      save()
    },
    move(request, move, now) {
      if (move === 'revoke' ? request.status !== 'Accepted' || request.revoked : !isUnanswered(request)) return false
      Object.assign(request, move === 'revoke' ? { revoked: true } : move === 'accept' ? { status: 'Accepted', delegated: now } : { status: 'Rejected' }, { lastChanged: now })
      save()
      return true
    },
    expire(request, now) {
      request.validTo = new Date(now.getTime() - 1000)
      save()
    },
    remove({ code }) {
      requests.delete(code)
      save()
    },
    use(request) {
      request.uses += 1
      save()
    },
    clear() {
      requests.clear()
      save()
    },
  }
}
