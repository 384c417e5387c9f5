import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { staffActor } from '@/lib/audit/audit-event'
import type { Clock } from '@/lib/clock'
import { fail, ok, type Result } from '@/lib/result'
import { Secret } from '@/lib/secret'
import { hasRole } from '@/lib/staff/staff-session'
import type { Adviser } from './adviser'
import type { Invitation, InvitationStore } from './invitation-store'
import { readErrand } from './share'

type Deps = { readonly clock: Clock; readonly invitations: InvitationStore; readonly purposes: readonly string[] }

/** Days that an invitation may be answered. */
export const INVITATION_DAYS = 14

const shape = /^[\w-]{43}$/
const hashOf = (token: Secret): Uint8Array<ArrayBuffer> => new Uint8Array(createHash('sha256').update(`invitation/${token.reveal()}`).digest())

/** What an address or a cookie holds, as an invitation's token; null when it cannot be one. */
export const parseInvitationToken = (text: unknown): Secret | null => (typeof text === 'string' && shape.test(text) ? new Secret(text) : null)

/** Makes a link's token for one customer, one adviser and one errand: 256 random bits that say nothing about anybody, and stand nowhere at rest. */
export async function invite({ clock, invitations, purposes }: Deps, { adviser, errand: written, correlationId }: { readonly adviser: Adviser; readonly errand: Parameters<typeof readErrand>[0]; readonly correlationId: string }): Promise<Result<Secret, 'not-an-adviser' | 'no-purpose' | 'no-case' | 'looks-personal'>> {
  if (!hasRole(adviser, 'adviser')) return fail('not-an-adviser')
  const errand = readErrand(written, purposes)
  if (!errand.ok) return errand
  const [token, at] = [new Secret(randomBytes(32).toString('base64url')), clock.now()]
  const { staffRef, unit } = adviser
  const expiresAt = new Date(at.getTime() + INVITATION_DAYS * 86_400_000)
  await invitations.add({ id: randomUUID(), staffRef, unit, ...errand.value, createdAt: at, expiresAt }, hashOf(token), { type: 'invitation.made', at, actor: staffActor(staffRef), correlationId, subjectRef: null, consentId: null, outcome: null })
  return ok(token)
}

/** The invitation behind a link, while it may be answered: by anybody at first, then by the one who did. `subjectRef` is null for somebody not logged in. */
export async function findInvitation({ clock, invitations }: Omit<Deps, 'purposes'>, { token, subjectRef }: { readonly token: Secret; readonly subjectRef: string | null }): Promise<Invitation | null> {
  const found = await invitations.findByToken(hashOf(token))
  if (!found || found.usedAt || found.expiresAt <= clock.now()) return null
  return found.subjectRef === null || subjectRef === null || found.subjectRef === subjectRef ? found : null
}
