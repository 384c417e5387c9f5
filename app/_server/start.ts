import { ConfigError } from '@/lib/config'
import { createLog, safeError } from '@/lib/log'
import { services } from './services'

/** Checks the settings, and makes ready what the first person would otherwise wait for. */
export async function start(): Promise<void> {
  try {
    const { config, log, idporten, audit, clock } = services()
    log.info('Saldosyn starts', { environment: config.DEPLOYMENT })
    await Promise.allSettled([idporten.metadata(), audit.ensureRoom(clock.now())])
  } catch (error) {
    const wrong = error instanceof ConfigError
    createLog().error(wrong ? 'Settings need attention; Saldosyn does not start' : 'Saldosyn could not start', wrong ? { settings: error.problems } : safeError(error))
    process.exit(1)
  }
}
