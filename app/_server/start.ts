import { setTimeout as pause } from 'node:timers/promises'
import { sealAgainAfter, sealAudit } from '@/lib/audit/seal'
import { ConfigError } from '@/lib/config'
import { expireConsents } from '@/lib/consent/expire-consents'
import { followConsentEvents } from '@/lib/consent/follow-consent-events'
import type { JobName } from '@/lib/integrations/job-names'
import { startJobs, type Job } from '@/lib/jobs'
import { watchKeys } from '@/lib/keys/key-ring'
import { tellOfKeys, tellOfKeysAtStart } from '@/lib/keys/tell-of-keys'
import { createLog, safeError, type Log } from '@/lib/log'
import type { Installation } from '@/lib/installation'
import { readiness } from '@/lib/readiness'
import { detachAuditMonths } from '@/lib/retention/detach-audit-months'
import { runRetention } from '@/lib/retention/run-retention'
import type { Services } from '@/lib/services'
import { installation } from './services'

/** Checks the settings, starts the background work, and makes ready what the first person would otherwise wait for. */
export async function start(): Promise<void> {
  try {
    const house = installation()
    const { banks, config, log, audit, clock, meters } = house
    log.info('Saldosyn starts', { environment: config.DEPLOYMENT, count: banks.length })
    for (const bank of banks) {
      void bank.appearance().catch((error: unknown) => stop(bank.log, error))
      tellOfKeysAtStart(bank, { lasting: config.DEPLOYMENT === 'production' })
      if (bank.config.SUPPLIER_ORG_NUMBER && !bank.config.SUPPLIER_NAME) bank.log.warn('Pages do not say who helps the bank: SUPPLIER_NAME is not set')
      void bank.idporten.metadata()
      void bank.staff?.provider.logoutAddress()
    }
    watchKeys(banks.flatMap(({ keyRings }) => keyRings))
    if (config.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined) void import('@/lib/traces/start-traces').then(({ startTraces }) => startTraces(config.OTEL_EXPORTER_OTLP_ENDPOINT!))
    void untilDone(log, 'hold-banks-apart', () => requireApart(house))
    void untilDone(log, 'make-audit-room', () => audit.ensureRoom(clock.now()))
    if (config.BACKGROUND_JOBS !== 'elsewhere') void untilDone(log, 'start-jobs', () => startJobs({ databaseUrl: config.DATABASE_URL.reveal(), log, ran: meters.jobRan }, jobsOf(house)))
  } catch (error) {
    stop(createLog(), error)
  }
}

function stop(log: Log, error: unknown): never {
  const wrong = error instanceof ConfigError
  log.error(wrong ? 'Settings need attention; Saldosyn does not start' : 'Saldosyn could not start', wrong ? { settings: error.problems } : safeError(error))
  process.exit(1)
}

/** Several banks are served only by a database that holds their rows apart for us: as the app's role, told the bank. */
async function requireApart(house: Installation): Promise<void> {
  const { banks } = await readiness(house)
  if (banks === 'unknown') throw new Error('the database cannot tell yet')
  if (banks === 'not-apart') stop(house.log, new ConfigError(['DATABASE_URL must name the app’s own role, which owns nothing, and lead straight to PostgreSQL: it does not hold several banks apart']))
}

/** Tries until it succeeds: a database that is away when we start must not leave the background work undone. */
async function untilDone(log: Log, step: string, work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work()
      return
    } catch (error) {
      log.error('Not everything could be made ready; trying again', { ...safeError(error), step })
      await pause(10_000, undefined, { ref: false })
    }
  }
}

/** What happens when nobody looks: for each bank, and what is the same for all once. */
function jobsOf({ banks, audit, clock, log, config }: Installation): Record<JobName, Job> {
  const forEach = (run: (bank: Services, correlationId: string) => Promise<unknown>): Job['work'] =>
    banks.map((bank) => ({ bank: bank.config.BANK_ORG_NUMBER, log: bank.log, run: (correlationId) => run(bank, correlationId) }))
  return {
    'end-expired-sessions': { when: '* * * * *', work: forEach(endExpired) },
    'end-due-shares': { when: '* * * * *', work: forEach(({ shares }, correlationId) => shares.endDue({ at: clock.now(), correlationId })) },
    'expire-consents': { when: '* * * * *', work: forEach(expireConsents) },
    'follow-consent-events': { when: '* * * * *', work: forEach(followEvents) },
    'tell-of-keys': { when: '41 5 * * *', work: forEach(tellOfKeys) },
    'run-retention': { when: '29 2 * * *', work: forEach(runRetention) },
    'seal-audit-log': { when: '* * * * *', againAfter: sealAgainAfter, work: forEach((bank, correlationId) => sealAudit(bank, correlationId)) },
    'detach-audit-months': { when: '47 3 * * *', work: [{ log, run: () => detachAuditMonths({ log, url: config.DATABASE_RETENTION_URL, bank: config.BANK_ORG_NUMBER }) }] },
    'make-audit-room': { when: '17 3 * * *', work: [{ log, run: () => audit.ensureRoom(clock.now()) }] },
  }
}

async function endExpired({ sessions, sessionLimits, staff, clock }: Services, correlationId: string): Promise<void> {
  await sessions.endExpired(sessionLimits, clock.now(), correlationId)
  await staff?.store.endExpired(staff.limits, clock.now(), correlationId)
}

async function followEvents({ config, policy, log, ...deps }: Services, correlationId: string): Promise<void> {
  const { provider, coveredBy } = policy
  const followed = await followConsentEvents(deps, { provider, coveredBy, everySeconds: config.ALTINN_EVENTS_POLL_SECONDS, correlationId })
  if (!followed.ok) log.warn('The consent events could not be followed', { upstream: 'altinn', step: 'events', reason: followed.reason, correlationId })
}
