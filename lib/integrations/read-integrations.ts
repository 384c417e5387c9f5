import type { Clock } from '@/lib/clock'
import type { Config } from '@/lib/config'
import type { Database } from '@/lib/db'
import type { KeyRing } from '@/lib/keys/key-ring'
import { isOld, keyStatus, type KeyStatus } from '@/lib/keys/key-status'
import { readFigures, readJobFigures, type JobFigures } from '@/lib/metrics/figures-store'
import type { Upstream } from '@/lib/policies'
import type { Closed, UpstreamGate } from '@/lib/upstream-gate'
import type { UpstreamSight, UpstreamSights } from '@/lib/upstream-sight-store'
import { readJobRuns, type JobRun } from './job-run-store'

/** `look`: it works, and somebody should look at it. */
export type Level = 'good' | 'look' | 'bad'

/** `unseen`: nobody has asked it since the database began anew. `failing`: it did not answer when it was last asked. */
export type UpstreamState = {
  readonly name: string
  readonly state: 'works' | 'unseen' | 'failing'
  readonly level: Level
  readonly sight: UpstreamSight | null
  /** Why and until when it is left in peace. */
  readonly gate: Closed | null
  /** Seconds that our clock differs from its, where that is worth a word. */
  readonly skew: number | null
}
export type Feed = { readonly name: string; readonly readUpTo: Date; readonly askedAt: Date; readonly late: boolean }
export type Integrations = {
  readonly level: Level
  readonly upstreams: readonly UpstreamState[]
  readonly keys: readonly (KeyStatus & { readonly level: Level })[]
  /** Changed key files that cannot be used, by setting. */
  readonly keyTroubles: readonly string[]
  readonly feeds: readonly Feed[]
  /** Null when the queue could not be asked. */
  readonly jobs: (JobFigures & { readonly runs: readonly JobRun[]; readonly level: Level }) | null
  readonly logoMissing: boolean
}

type Deps = {
  readonly clock: Clock
  readonly db: Database
  readonly gates: UpstreamGate
  readonly sights: UpstreamSights
  readonly keyRings: readonly KeyRing[]
  readonly config: Pick<Config, 'CONSENT_PROVIDER' | 'LANEKASSEN_LOGO' | 'ALTINN_EVENTS_POLL_SECONDS'>
  readonly staff: object | null
}

/** Seconds that clocks may differ before it is told, and from which Maskinporten may refuse us: it does from ten, and what we see is the least. */
const DRIFTS = 3
const OFF = 9
/** Polls of the feed that may be missed before it counts as late. */
const MISSED = 5

const worst = (levels: readonly Level[]): Level => (levels.includes('bad') ? 'bad' : levels.includes('look') ? 'look' : 'good')

/** How everything stands that the service relies on, as far as any instance has seen it. Asks no upstream anything. */
export async function readIntegrations({ clock, db, gates, sights, keyRings, config, staff }: Deps): Promise<Integrations> {
  const now = clock.now()
  const [seen, { feeds: rows }, jobs] = await Promise.all([sights.all(), readFigures(db, now), jobState(db, now)])
  const upstreams = await Promise.all(inUse(config, staff !== null).map(async ({ name, gate }) => upstreamState(name, seen.find(({ upstream }) => upstream === name) ?? null, await gates.closed(gate, now))))
  const keys = keyRings.flatMap((ring) => keyStatus(ring.setting, ring.keys(), now)).map((key) => ({ ...key, level: keyLevel(key) }))
  const keyTroubles = keyRings.flatMap((ring) => (ring.trouble() === null ? [] : [ring.setting]))
  const feeds = rows.map((feed) => ({ ...feed, late: now.getTime() - feed.askedAt.getTime() > config.ALTINN_EVENTS_POLL_SECONDS * MISSED * 1000 }))
  const logoMissing = config.LANEKASSEN_LOGO === undefined
  const levels: Level[] = [...upstreams.map(({ level }) => level), ...keys.filter(({ signs }) => signs).map(({ level }) => level), ...keyTroubles.map(() => 'look' as const), ...feeds.map(({ late }) => (late ? 'look' : 'good')), jobs?.level ?? 'bad', logoMissing ? 'look' : 'good']
  return { level: worst(levels), upstreams, keys, keyTroubles, feeds, jobs, logoMissing }
}

/** The upstreams of this bank, and whose gate each goes through: the two generations of Altinn share one. */
function inUse({ CONSENT_PROVIDER: provider }: Deps['config'], staff: boolean): readonly { readonly name: string; readonly gate: Upstream }[] {
  return [{ name: 'idporten', gate: 'idporten' }, ...(staff ? [{ name: 'staff', gate: 'staff' } as const] : []), { name: 'maskinporten', gate: 'maskinporten' }, { name: provider === 'altinn2' ? 'altinn2' : 'altinn', gate: 'altinn' }, { name: 'lanekassen', gate: 'lanekassen' }]
}

function upstreamState(name: string, sight: UpstreamSight | null, gate: Closed | null): UpstreamState {
  const failing = sight !== null && sight.failedAt !== null && (sight.answeredAt === null || sight.failedAt > sight.answeredAt)
  const state = failing ? 'failing' : sight?.answeredAt ? 'works' : 'unseen'
  const off = Math.abs(sight?.skewSeconds ?? 0)
  const level = worst([failing || gate?.gate === 'failing' || (sight !== null && sight.refusedKey !== null) || off >= OFF ? 'bad' : 'good', gate || off >= DRIFTS ? 'look' : 'good'])
  return { name, state, level, sight, gate, skew: off >= DRIFTS ? (sight?.skewSeconds ?? null) : null }
}

const keyLevel = ({ daysLeft }: KeyStatus): Level => (daysLeft === null ? 'good' : daysLeft < 0 ? 'bad' : isOld(daysLeft) ? 'look' : 'good')

async function jobState(db: Database, now: Date): Promise<Integrations['jobs']> {
  const asked = await Promise.all([readJobFigures(db, now), readJobRuns(db)]).catch(() => null)
  if (!asked) return null
  const [figures, runs] = asked
  return { ...figures, runs, level: figures.waiting > 0 || figures.givenUp > 0 ? 'look' : 'good' }
}
