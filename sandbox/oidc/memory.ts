type Payload = { [key: string]: unknown; grantId?: string; uid?: string; exp?: number; consumed?: number }

/** What an OpenID provider remembers: sessions, codes, grants. In memory, and gone at a reset. */
export type Memory = { adapter(model: string): object; clear(): void }

/** What is given under a grant and goes with it; a log-in under way only mentions one. */
const granted = /^(AccessToken|AuthorizationCode|RefreshToken):/

/** The storage contract of oidc-provider, for one process. Expiry is checked by the provider; old entries are swept now and then. */
export function createMemory(): Memory {
  const stored = new Map<string, Payload>()
  const sweep = (): void => {
    const now = Date.now() / 1000 - 60
    for (const [key, { exp }] of stored) if (exp !== undefined && exp < now) stored.delete(key)
  }
  return {
    clear: () => { stored.clear() },
    adapter(model) {
      const key = (id: string): string => `${model}:${id}`
      return {
        async upsert(id: string, payload: Payload) {
          if (stored.size > 2000) sweep()
          stored.set(key(id), payload)
        },
        find: async (id: string) => stored.get(key(id)),
        findByUid: async (uid: string) => [...stored].find(([name, payload]) => name.startsWith(`${model}:`) && payload.uid === uid)?.[1],
        findByUserCode: async () => undefined,
        async consume(id: string) {
          const payload = stored.get(key(id))
          if (payload) payload.consumed = Math.floor(Date.now() / 1000)
        },
        async destroy(id: string) {
          stored.delete(key(id))
        },
        async revokeByGrantId(grantId: string) {
          for (const [name, payload] of stored) if (payload.grantId === grantId && granted.test(name)) stored.delete(name)
        },
      }
    },
  }
}
