import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { createAuditLog } from '@/lib/audit/audit-log'
import { newCorrelationId } from '@/lib/correlation-id'
import { fail, ok } from '@/lib/result'
import { createSealer } from '@/lib/sealed'
import type { Secret } from '@/lib/secret'
import { tokenHashOf } from '@/lib/session/session'
import { admitStaff } from '@/lib/staff/admit-staff'
import { logInStaff } from '@/lib/staff/log-in-staff'
import type { StaffClaims, StaffProvider } from '@/lib/staff/staff-provider'
import type { StaffRole } from '@/lib/staff/staff-session'
import { createStaffStore } from '@/lib/staff/staff-store'
import { after } from './builders'
import { today, type FreshDatabase } from './database'
import { clockAt, logKept } from './fakes'

export const someClaims = (but: Partial<StaffClaims> = {}): StaffClaims => ({ sub: 'ansatt-1', name: 'Ragnhild Rådgiver', roles: ['adviser'], unit: 'Avdeling Sentrum', nationalId: null, ...but })

/** The bank's provider, as a test says that it answers: `says` is what it knows of the one employee now. */
export function aStaffProvider(claims: StaffClaims = someClaims()) {
  const now: { says: StaffClaims | 'refused' | 'provider-unavailable' } = { says: claims }
  let [asked, nr] = [0, 1]
  const tokens = () => ({ sub: claims.sub, idToken: 'eyJ.id', accessToken: 'access', refreshToken: `refresh-${nr}` })
  const provider: StaffProvider = {
    issuer: 'https://log-in.bank.example',
    clientId: 'saldosyn',
    begin: async () => ok({ address: 'https://log-in.bank.example/authorize', transaction: { state: 's', nonce: 'n', verifier: 'v', begun: 0 } }),
    answer: async () => (typeof now.says === 'string' ? fail(now.says === 'refused' ? 'not-valid' : now.says) : ok({ claims: now.says, tokens: tokens(), sid: 'sid-1' })),
    async ask(given) {
      asked++
      if (now.says === 'provider-unavailable') return fail('provider-unavailable')
      // A refresh token is good once, as at the strictest providers.
      if (given.refreshToken !== `refresh-${nr}` || typeof now.says === 'string') return fail('refused')
      nr++
      return ok({ claims: now.says, tokens: tokens() })
    },
    logoutAddress: async () => null,
    verifyLogoutToken: async () => fail('not-valid'),
    pageOrigins: () => [],
  }
  return { provider, now, asked: () => asked }
}

/** A random employee's name at the provider. */
export const aSub = (): string => createHash('sha256').update(randomUUID()).digest('hex').slice(0, 12)

/** The keys that employees are kept under here. */
export const staffKeys = { sealer: createSealer([{ kid: 'k1', key: randomBytes(32) }]), fingerprintKey: randomBytes(32), issuer: 'https://log-in.bank.example' }
export const staffLimits = { idleMinutes: 15, maxMinutes: 480 }

/** A house with a clock of its own, and one employee whom its provider knows. */
export function aStaffHouse(database: FreshDatabase, but: Partial<StaffClaims> = {}) {
  const clock = clockAt(today)
  const { provider, now, asked } = aStaffProvider(someClaims({ sub: aSub(), ...but }))
  const store = createStaffStore(database.db, staffKeys)
  const other = createStaffStore(database.another(), staffKeys)
  const deps = { clock, log: logKept(), audit: createAuditLog(database.db), staff: { provider, store, limits: staffLimits } }
  const transaction = () => ({ state: 's', nonce: 'n', verifier: 'v', begun: clock.now().getTime() })
  const logIn = (before: Secret | null = null, given: ReturnType<typeof transaction> | null = transaction()) => logInStaff(deps, { parameters: new URLSearchParams(), transaction: given, before, correlationId: newCorrelationId() })
  const isIn = async () => {
    const done = await logIn()
    if (!done.ok) throw new Error(done.reason)
    return done.value.token
  }
  const admit = (token: Secret, role: StaffRole | 'any' = 'any', more: { touch?: boolean; at?: typeof store } = {}) =>
    admitStaff({ ...deps, staff: { ...deps.staff, store: more.at ?? store } }, { token, role, correlationId: newCorrelationId(), ...(more.touch !== undefined && { touch: more.touch }) })
  const passes = (time: Parameters<typeof after>[1]) => clock.set(after(clock.now(), time))
  const find = (token: Secret) => store.find(tokenHashOf(token.reveal()))
  const told = async (ref: string) => (await database.events()).filter(({ actor }) => actor === `staff:${ref}`).map(({ type, outcome }) => `${type}: ${outcome}`)
  return { clock, deps, store, other, now, asked, logIn, isIn, admit, passes, find, told, sub: now.says as StaffClaims }
}
