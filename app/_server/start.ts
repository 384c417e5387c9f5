import { setTimeout as pause } from 'node:timers/promises'
import { sealAgainAfter, sealAudit } from '@/lib/audit/seal'
import { ConfigError } from '@/lib/config'
import { expireConsents } from '@/lib/consent/expire-consents'
import { followConsentEvents } from '@/lib/consent/follow-consent-events'
import { startJobs, type Job } from '@/lib/jobs'
import { watchKeys } from '@/lib/keys/key-ring'
import { tellOfKeys, tellOfKeysAtStart } from '@/lib/keys/tell-of-keys'
import { createLog, safeError, type Log } from '@/lib/log'
import type { Services } from '@/lib/services'
import { services } from './services'

/** Checks the settings, starts the background work, and makes ready what the first person would otherwise wait for. */
export async function start(): Promise<void> {
  try {
    const house = services()
    const { config, log, idporten, audit, clock } = house
    log.info('Saldosyn starts', { environment: config.DEPLOYMENT })
    tellOfKeysAtStart(house, { lasting: config.DEPLOYMENT === 'production' })
    watchKeys(house.keyRings)
    void idporten.metadata()
    void untilDone(log, 'make-audit-room', () => audit.ensureRoom(clock.now()))
    void untilDone(log, 'start-jobs', () => startJobs({ databaseUrl: config.DATABASE_URL.reveal(), log }, jobsOf(house)))
  } catch (error) {
    const wrong = error instanceof ConfigError
    createLog().error(wrong ? 'Settings need attention; Saldosyn does not start' : 'Saldosyn could not start', wrong ? { settings: error.problems } : safeError(error))
    process.exit(1)
  }
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

/** What happens when nobody looks. */
const jobsOf = ({ sessions, sessionLimits, audit, clock, config, policy, log, ...deps }: Services): Record<string, Job> => ({
  'end-expired-sessions': { when: '* * * * *', run: (correlationId) => sessions.endExpired(sessionLimits, clock.now(), correlationId) },
  'expire-consents': { when: '* * * * *', run: (correlationId) => expireConsents({ ...deps, clock }, correlationId) },
  'follow-consent-events': {
    when: '* * * * *',
    async run(correlationId) {
      const { provider, coveredBy } = policy
      const followed = await followConsentEvents({ ...deps, clock }, { provider, coveredBy, everySeconds: config.ALTINN_EVENTS_POLL_SECONDS, correlationId })
      if (!followed.ok) log.warn('The consent events could not be followed', { upstream: 'altinn', step: 'events', reason: followed.reason, correlationId })
    },
  },
  'tell-of-keys': { when: '41 5 * * *', run: () => tellOfKeys({ ...deps, clock, log }) },
  'seal-audit-log': { when: '* * * * *', againAfter: sealAgainAfter, run: (correlationId) => sealAudit({ ...deps, clock, log }, correlationId) },
  'make-audit-room': { when: '17 3 * * *', run: () => audit.ensureRoom(clock.now()) },
})
