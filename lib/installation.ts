import { randomBytes } from 'node:crypto'
import { createBankAt } from './bank-at'
import { systemClock } from './clock'
import type { Banks } from './config-banks'
import { connectionsFor, openDatabase } from './db'
import { createLog } from './log'
import { createMeters } from './metrics/meters'
import { createServices, type Services } from './services'
import { createShareNews } from './sharing/share-news-store'

/** The header that a marked request has. */
export const bankMark = 'x-saldosyn-bank'

/** Every bank of this process, each with a house of its own; the log, the clock and the database server are one for all. */
export function createInstallation({ banks: configs, byHost }: Banks) {
  const connections = connectionsFor(configs.length)
  const meters = createMeters({ wholeProcess: configs[0].METRICS_TOKEN !== undefined })
  const banks = configs.map((config) => createServices(config, openDatabase(config.DATABASE_URL.reveal(), config.BANK_ORG_NUMBER, connections), meters))
  const [first] = banks
  if (!first) throw new Error('an installation without a bank')
  const bankAt = byHost ? createBankAt(banks, ({ config }) => config.APP_URL) : () => first
  const log = createLog()
  const marks = new Map(banks.map((bank) => [randomBytes(32).toString('base64url'), bank]))
  return {
    banks,
    /**
     * The bank that a request with these headers is for: by its mark, when it is one that this process has sent to itself, and
     * else by the host that it was sent to. Null for a host of nobody's.
     */
    bankOf: (headers: Headers): Services | null => marks.get(headers.get(bankMark) ?? '') ?? bankAt(headers.get('host')),
    /** What marks a request inside this process as the bank's. It is random, and never leaves. */
    markOf: (bank: Services): string => [...marks].find(([, marked]) => marked === bank)?.[0] ?? '',
    /** For what concerns the database itself, and no bank's rows. */
    db: first.db,
    audit: first.audit,
    config: first.config,
    meters,
    clock: systemClock,
    log,
    /** What happens to shares, on whichever instance. */
    shareNews: createShareNews({ databaseUrl: first.config.DATABASE_URL.reveal(), log }),
  }
}
export type Installation = ReturnType<typeof createInstallation>
