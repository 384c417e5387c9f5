import { randomBytes, randomUUID } from 'node:crypto'
import type { Clock } from '@/lib/clock'
import { fail, ok, type Result } from '@/lib/result'
import { decrypt, encrypt } from '@/lib/sealed'
import { Secret } from '@/lib/secret'
import { idleSince, keyFromToken, tokenHashOf, type Session, type SessionLimits } from '@/lib/session/session'
import { sealForAnother } from '@/lib/sources/held-reading'
import { handleOf, newCodeBeside, openCode } from './one-time-code'
import type { OpenShareStore } from './open-share-store'
import { codeValidUntil } from './share'
import type { ShareStore } from './share-store'

type Deps = { readonly clock: Clock; readonly sessionLimits: SessionLimits; readonly shares: ShareStore; readonly openShares: Pick<OpenShareStore, 'count'>; readonly shareCodeKey: Uint8Array }
type Input = { readonly session: Pick<Session, 'subjectRef'>; readonly token: Secret; readonly invitationId: string | null; readonly correlationId: string }

/** A customer who begins again and again gets so many codes in so many minutes: each costs half a second of a processor. */
const STARTS = { most: 20, minutes: 15 } as const

/** In which words the customer's own cookie keeps the code for their screen. */
const codeContext = (shareId: string) => `share-code|${shareId}`

/**
 * Begins to show this log-in's figures to whoever gets the code from the customer; one that was begun before is over. The
 * figures' key is sealed under the code, which is kept for the customer's own screen alone, under their cookie.
 */
export async function startShare(deps: Deps, { session: { subjectRef }, token, invitationId, correlationId }: Input): Promise<Result<void, 'nothing-to-share' | 'invitation-gone' | 'too-many'>> {
  const { clock, sessionLimits, shares, openShares, shareCodeKey } = deps
  const at = clock.now()
  const sessionHash = tokenHashOf(token.reveal())
  if (!(await openShares.count([{ name: `customer:${subjectRef}`, most: STARTS.most }], at, STARTS.minutes))) return fail('too-many')
  for (let attempt = 0; attempt < 3; attempt++) {
    const held = await shares.shareable(sessionHash, { at, idleSince: idleSince(sessionLimits, at) })
    if (!held) return fail('nothing-to-share')
    const code = newCodeBeside(await shares.handlesTaken())
    if (!code) return fail('too-many')
    const [id, salt] = [randomUUID(), new Uint8Array(randomBytes(16))]
    const { key, verifier } = await openCode(code, salt, shareCodeKey)
    const sealedKey = sealForAnother(held.sealedKey, held.readingId, keyFromToken(token, 'reading'), key)
    const codeSealed = encrypt(keyFromToken(token, 'share-code'), Buffer.from(code.reveal()), codeContext(id))
    const createdAt = clock.now()
    const begun = await shares.start(
      { id, subjectRef, consentId: held.consentId, createdAt, codeUntil: codeValidUntil(createdAt), invitationId, sessionHash, readingId: held.readingId, sealedKey, code: { handle: handleOf(code), salt, verifier, codeSealed } },
      { type: 'share.started', at: createdAt, actor: 'applicant', correlationId, subjectRef, consentId: held.consentId, outcome: invitationId ? 'by-invitation' : 'by-code' },
    )
    if (begun.ok) return ok(undefined)
    if (begun.reason !== 'taken') return fail(begun.reason === 'gone' ? 'nothing-to-share' : begun.reason)
  }
  return fail('too-many')
}


/** The code, for the screen of the customer whose cookie this is. Throws for any other. */
export const codeForScreen = (codeSealed: Uint8Array, shareId: string, token: Secret): Secret => new Secret(decrypt(keyFromToken(token, 'share-code'), codeSealed, codeContext(shareId)).toString('utf8'))
