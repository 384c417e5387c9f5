import { z } from 'zod'
import { ConfigError, environment, parseConfig, settingNames, type Config } from './config'
import { withFiles, type Environment } from './config-files'

/** The same for the whole installation: no bank's entry can say it. */
const shared = ['DEPLOYMENT', 'DATABASE_URL', 'DATABASE_RETENTION_URL', 'BACKGROUND_JOBS', 'METRICS_TOKEN', 'OTEL_EXPORTER_OTLP_ENDPOINT']
/** What makes a bank another: each entry says it, and nothing is taken from the environment. */
const own = ['APP_URL', 'BANK_NAME', 'BANK_ORG_NUMBER'] as const
/** One thing in several forms: an entry that gives one of them takes none of the others from the environment. */
const nameOf = (setting: string): string => setting.replace(/_FILE$/, '').replace(/^MASKINPORTEN_(JWK|P12|P12_PASSWORD)$/, 'a key for Maskinporten').replace(/^STAFF_(CLIENT_SECRET|JWK)$/, 'what the staff client shows').replace(/^SUPPLIER_(ORG_NUMBER|NAME)$/, 'a supplier')
const allowed = new Set(settingNames.filter((name) => !shared.includes(name)).flatMap((name) => [name, `${name}_FILE`]))

const entries = z.array(z.record(z.string(), z.union([z.string(), z.number()]).transform(String))).min(1)
type Entry = z.infer<typeof entries>[number]

/** The banks of this installation. */
export type Banks = {
  readonly banks: readonly [Config, ...Config[]]
  /** Several may be told apart by the address that a request was sent to; without BANKS there is one, at any address. */
  readonly byHost: boolean
}

/**
 * The settings of every bank. BANKS_FILE names a file with an entry for each: the settings in which they differ, by the same
 * names as in the environment, which gives the rest. Throws a ConfigError that names bank and setting, and no value.
 */
export function parseBanks(given: Environment): Banks {
  const { BANKS: _text, BANKS_FILE: _file, ...common } = given
  const list = readEntries(given)
  if (!list) return { banks: [parseConfig(common)], byHost: false }
  const problems: string[] = []
  const banks = list.flatMap((entry, index) => {
    const here = (problem: string) => `bank ${index + 1}: ${problem}`
    const of = (problem: string) => (shared.some((name) => problem.startsWith(`${name} `)) ? problem : here(problem))
    const [known, strange] = [Object.entries(entry).filter(([name]) => allowed.has(name)), Object.keys(entry).filter((name) => !allowed.has(name))]
    problems.push(...strange.map((name) => here(`${printable(name)} is no setting of a bank`)))
    try {
      return [parseConfig(together(common, Object.fromEntries(known)))]
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      problems.push(...error.problems.map(of))
      return []
    }
  })
  const [first, ...more] = banks
  if (problems.length === 0) problems.push(...sameProblems(banks))
  if (!first || problems.length > 0) throw new ConfigError([...new Set(problems)])
  return { banks: [first, ...more], byHost: true }
}

/** The banks of this process. */
export const loadBanks = (): Banks => parseBanks(environment())

/** As every setting: in BANKS itself, or in the file that BANKS_FILE names. Null when there is neither. */
function readEntries(environment: Environment): readonly Entry[] | null {
  const { given, unreadable } = withFiles(environment, ['BANKS'])
  if (unreadable.length > 0) throw new ConfigError(unreadable)
  if (given.BANKS === undefined) return null
  try {
    return entries.parse(JSON.parse(given.BANKS))
  } catch {
    throw new ConfigError([`${given.BANKS_FILE === undefined ? 'BANKS' : 'BANKS_FILE'} must be a JSON list with an object of settings for each bank`])
  }
}

/** What the entry gives, in whichever form, takes the place of the environment's: also when it gives it empty. */
function together(common: Environment, entry: Entry): Environment {
  const taken = new Set<string>([...own, ...Object.keys(entry).map(nameOf)])
  const inherited = Object.entries(common).filter(([name]) => !taken.has(nameOf(name)))
  return { ...Object.fromEntries(inherited), ...entry }
}

/** A request tells only its host, and cookies do not tell ports apart: each bank has a host name of its own. */
function sameProblems(banks: readonly Config[]): string[] {
  const marks = banks.map((bank) => ({ APP_URL: new URL(bank.APP_URL).hostname, BANK_ORG_NUMBER: bank.BANK_ORG_NUMBER }))
  return marks.flatMap((mark, index) =>
    (['APP_URL', 'BANK_ORG_NUMBER'] as const).flatMap((name) => {
      const before = marks.findIndex((other) => other[name] === mark[name])
      return before < index ? `bank ${index + 1}: ${name} is that of bank ${before + 1} too${name === 'APP_URL' ? ': each bank needs a host name of its own' : ''}` : []
    }),
  )
}

/** A name that somebody wrote into the file may be a value by mistake: only what looks like a name is repeated. */
const printable = (name: string): string => (/^[A-Z][A-Z0-9_]{1,60}$/.test(name) ? name : 'something')
