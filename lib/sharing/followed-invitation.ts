import { createHash } from 'node:crypto'
import type { Secret } from '@/lib/secret'
import { parseInvitationToken } from './invite'

/**
 * What a browser keeps of an invitation that was followed on it, `<token>` or `<token>.<whose>`. The first who logs in makes it
 * theirs: it outlives their log-in, and whoever is next on the same browser is told nothing of it.
 */
export const keptFor = (token: Secret, subjectRef: string): string => `${token.reveal()}.${whose(token, subjectRef)}`

/** Keyed by the token, so that it says nothing to anybody who has not got that. */
const whose = (token: Secret, subjectRef: string): string => createHash('sha256').update(`invitation-for/${token.reveal()}/${subjectRef}`).digest('base64url')

/** The token of what is kept, whoever it is for; `owned`: somebody has logged in with it. Null when it is none. */
export function readKept(text: string | undefined): { readonly token: Secret; readonly owned: boolean } | null {
  const [given, owner] = (text ?? '').split('.', 2)
  const token = parseInvitationToken(given)
  return token && { token, owned: owner !== undefined }
}

/** The token of what is kept for this person; null when it is another's, or nobody's yet. */
export function keptToken(text: string | undefined, subjectRef: string): Secret | null {
  const kept = readKept(text)
  return kept && text === keptFor(kept.token, subjectRef) ? kept.token : null
}
