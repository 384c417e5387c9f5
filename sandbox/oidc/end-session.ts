import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'

/** What became of one client's back-channel call. */
export type Told = { clientId: string; sid: string; failure?: string; silent?: boolean }

/**
 * Ends the single sign-on session of this browser: tells every client that took part over the back channel (a failure blocks
 * nothing), revokes what they were given, forgets the session and clears the cookie. The clients are left for the front channel.
 */
export async function endSession(provider: Provider, req: IncomingMessage, res: ServerResponse, mayTell: () => boolean = () => true): Promise<Told[]> {
  const session = await provider.Session.get({ req, res, secure: false })
  const { accountId, authorizations = {} } = session
  if (accountId === undefined) return []

  const told = await Promise.all(
    Object.entries(authorizations).map(async ([clientId, { sid, grantId }]): Promise<Told | null> => {
      if (grantId !== undefined) {
        await provider.AccessToken.adapter.revokeByGrantId(grantId)
        await provider.Grant.adapter.destroy(grantId)
      }
      if (sid === undefined) return null
      const client = await provider.Client.find(clientId)
      if (!client?.backchannelLogoutUri) return { clientId, sid, silent: true }
      if (!mayTell()) return { clientId, sid, failure: 'a fault keeps it back' }
      return client.backchannelLogout(accountId, sid).then(
        () => ({ clientId, sid }),
        (cause: unknown) => ({ clientId, sid, failure: cause instanceof Error ? cause.message : 'unknown' }),
      )
    }),
  )
  await session.destroy()
  provider.createContext(req, res).cookies.set(provider.cookieName('session'), null, { httpOnly: true, sameSite: 'none', secure: true })
  return told.filter((one) => one !== null)
}

/** Who is signed in at this provider in this browser. */
export async function sessionAccount(provider: Provider, req: IncomingMessage, res: ServerResponse): Promise<string | undefined> {
  return (await provider.Session.get({ req, res, secure: false })).accountId
}
