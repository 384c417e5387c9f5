import type { Clock } from './clock'
import type { Config } from './config'
import type { Database } from './db'
import { createHttp } from './http'
import { createKeyRing, type KeyRing } from './keys/key-ring'
import type { Log } from './log'
import type { Meters } from './metrics/meters'
import { watchUpstreams } from './metrics/watch-upstreams'
import type { Sealer } from './sealed'
import type { UpstreamSights } from './upstream-sight-store'
import type { SessionLimits } from './session/session'
import { createStaffOidc } from './staff-oidc/staff-oidc'
import type { StaffProvider } from './staff/staff-provider'
import { createStaffStore, type StaffStore } from './staff/staff-store'

/** All that the log-in of employees needs. */
export type StaffHouse = { readonly provider: StaffProvider; readonly store: StaffStore; readonly limits: SessionLimits; /** What the client signs with, when it does. */ readonly keyRing: KeyRing | null }

type Deps = { readonly db: Database; readonly clock: Clock; readonly newId: () => string; readonly log: Log; readonly sealer: Sealer; readonly meters: Meters; readonly sights: UpstreamSights }

/** A part of the plan in services.ts: null unless the bank has named its provider. It has a door of its own, to that provider alone. */
export function createStaffHouse(config: Config, { db, clock, newId, log, sealer, meters, sights }: Deps): StaffHouse | null {
  const { STAFF_ISSUER: issuer, STAFF_CLIENT_ID: clientId, STAFF_CLIENT_SECRET: secret, STAFF_OTHER_ORIGINS: otherOrigins = [] } = config
  const keyRing = config.keys.staff && createKeyRing(config.keys.staff, { clock, log })
  const shows = keyRing ? { signingKey: keyRing.signingKey } : secret && { secret }
  if (issuer === undefined || clientId === undefined || !shows) return null
  const { http, fetch } = createHttp({ origins: [issuer, ...otherOrigins], now: () => clock.now(), watch: watchUpstreams(meters, config.BANK_ORG_NUMBER, { staff: issuer }, sights.saw) })
  const claims = { role: config.STAFF_ROLE_CLAIM, unit: config.STAFF_UNIT_CLAIM, nationalId: config.STAFF_NATIONAL_ID_CLAIM, synthetic: config.DEPLOYMENT !== 'production' }
  return {
    provider: createStaffOidc({ http, fetch, clock, newId, log }, { issuer, clientId, shows, redirectUri: `${config.APP_URL}/api/staff/auth/callback/staff`, scope: config.STAFF_SCOPE, claims, otherOrigins }),
    store: createStaffStore(db, { sealer, fingerprintKey: config.FINGERPRINT_KEY, issuer }),
    limits: { idleMinutes: config.SESSION_IDLE_MINUTES, maxMinutes: config.STAFF_SESSION_MAX_MINUTES },
    keyRing,
  }
}
