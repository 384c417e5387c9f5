import { randomBytes } from 'node:crypto'

export type EventType = 'Created' | 'Accepted' | 'Rejected' | 'Revoked' | 'Deleted' | 'Used'
export type Status = 'Created' | 'Accepted' | 'Rejected' | 'Revoked'
export type ConsentRight = { action: string[]; resource: { type: string; value: string }[]; metadata: Record<string, string> }

/** A person or an organisation as Altinn's consent API names them. */
export type PartyUrn = string
export const personUrn = (pid: string): PartyUrn => `urn:altinn:person:identifier-no:${pid}`
export const orgUrn = (orgNumber: string): PartyUrn => `urn:altinn:organization:identifier-no:${orgNumber}`
export const pidOf = (urn: PartyUrn): string | undefined => /^urn:altinn:person:identifier-no:(\d{11})$/.exec(urn)?.[1]
export const orgOf = (urn: PartyUrn): string | undefined => /^urn:altinn:organization:identifier-no:(\d{9})$/.exec(urn)?.[1]

export type NewConsent = {
  id: string
  from: PartyUrn
  to: PartyUrn
  requiredDelegator: PartyUrn | null
  handledBy: PartyUrn | null
  validTo: Date
  consentRights: ConsentRight[]
  requestMessage: Record<string, string> | null
  redirectUrl: string
  portalViewMode: 'Hide' | 'Show'
}
export type ConsentEvent = { id: string; type: EventType; at: Date; by: PartyUrn; consentId: string }
export type Consent = NewConsent & { status: Status; consented: Date | null; events: ConsentEvent[] }

/** A move the person's side may not make, with Altinn's code for it (AM-00002, AM-00010, AM-00015). */
export type Move = 'accept' | 'reject' | 'revoke'
const moves = {
  accept: { from: 'Created', to: 'Accepted', otherwise: 'AM-00002' },
  reject: { from: 'Created', to: 'Rejected', otherwise: 'AM-00015' },
  revoke: { from: 'Accepted', to: 'Revoked', otherwise: 'AM-00010' },
} as const

/** Altinn's consents, in memory and perhaps in a file as well. Events are kept in the order in which they happened. */
export type Consents = {
  find(id: string): Consent | undefined
  all(): Consent[]
  add(request: NewConsent, by: PartyUrn, now: Date): Consent
  /** Null when done (again); the code when the consent is in the wrong state. */
  move(consent: Consent, move: Move, by: PartyUrn, now: Date): string | null
  /** Lets the consent's time be over. */
  expire(consent: Consent, now: Date): void
  events(): readonly ConsentEvent[]
  clear(): void
}

export const isExpired = (consent: Consent, now: Date): boolean => consent.validTo.getTime() < now.getTime()

/** A UUID of version 7: sorted by time, as the ids of Altinn's events are. */
function eventId(now: Date): string {
  const hex = now.getTime().toString(16).padStart(12, '0') + randomBytes(10).toString('hex')
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

export function createConsents(kept?: { read(): Consent[]; write(consents: readonly Consent[]): void }): Consents {
  const consents = new Map((kept?.read() ?? []).map((consent) => [consent.id, consent]))
  let events = [...consents.values()].flatMap((consent) => consent.events).sort((a, b) => a.at.getTime() - b.at.getTime())
  const save = (): void => { kept?.write([...consents.values()]) }

  const happen = (consent: Consent, type: EventType, by: PartyUrn, at: Date): void => {
    const event = { id: eventId(at), type, at, by, consentId: consent.id }
    consent.events.push(event)
    events.push(event)
    save()
  }

  return {
    find: (id) => consents.get(id.toLowerCase()),
    all: () => [...consents.values()],
    add(request, by, now) {
      const consent: Consent = { ...request, id: request.id.toLowerCase(), status: 'Created', consented: null, events: [] }
      consents.set(consent.id, consent)
      happen(consent, 'Created', by, now)
      return consent
    },
    move(consent, move, by, now) {
      const { from, to, otherwise } = moves[move]
      if (consent.status === to) return null
      if (consent.status !== from) return otherwise
      consent.status = to
      if (to === 'Accepted') consent.consented = now
      happen(consent, to, by, now)
      return null
    },
    expire(consent, now) {
      consent.validTo = new Date(now.getTime() - 1000)
      save()
    },
    events: () => events,
    clear() {
      consents.clear()
      events = []
      save()
    },
  }
}
