import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What this process counts. Labels are names of ours and organisation numbers of banks: never a person, a reference or an address. */
export type Meters = ReturnType<typeof createMeters>

/** An outcome in the log is a short word; whatever is not, is not made a label. */
const WORD = /^[a-z][a-z0-9-]{0,39}$/
/** Without the count that ends it, as where retention says how many: each number would be a series of its own. */
const wordOf = (outcome: string | null): string => {
  const word = (outcome ?? '').replace(/-\d+$/, '')
  return word === '' || WORD.test(word) ? word : 'other'
}

/** Starts to count. `wholeProcess`: also what Node tells of itself (memory, event loop, garbage). */
export function createMeters({ wholeProcess = false } = {}) {
  const registry = new Registry()
  const registers = [registry]
  if (wholeProcess) collectDefaultMetrics({ register: registry })

  const calls = new Histogram({
    name: 'saldosyn_upstream_call_seconds', help: 'Requests to each upstream, until the whole answer was read', registers,
    labelNames: ['bank', 'upstream', 'outcome'], buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8],
  })
  const events = new Counter({ name: 'saldosyn_audit_events_total', help: 'Lines of the audit log, by the instance that sealed them: each line once in the whole cluster', registers, labelNames: ['bank', 'type', 'outcome'] })
  const jobs = new Counter({ name: 'saldosyn_job_runs_total', help: 'Background work that was done or failed, by the instance that did it', registers, labelNames: ['bank', 'job', 'outcome'] })
  const gauge = <const L extends readonly string[]>(name: string, help: string, labelNames: L) => new Gauge({ name: `saldosyn_${name}`, help, registers, labelNames: [...labelNames] as L[number][] })

  return {
    registry,
    /** `outcome`: the answer's status, or why there was none. */
    upstreamCall: (labels: { bank: string; upstream: string; outcome: string }, seconds: number): void => calls.observe(labels, seconds),
    /** So many lines of the log of one kind have got their seal. */
    sealed: (bank: string, { type, outcome, count }: { type: string; outcome: string | null; count: number }): void =>
      events.inc({ bank, type, outcome: wordOf(outcome) }, count),
    jobRan: (bank: string, job: string, ok: boolean): void => jobs.inc({ bank, job, outcome: ok ? 'ok' : 'failed' }),
    /** What is asked anew for each scrape. */
    asked: {
      databaseUp: gauge('database_up', '1 when the database answers', []),
      sessions: gauge('sessions', 'Log-ins that may still be used', ['bank']),
      heldReadings: gauge('held_readings', 'Balances that are held, as ciphertext', ['bank']),
      sealedUpTo: gauge('audit_sealed_up_to_timestamp_seconds', 'Every line of the audit log before this has its seal', ['bank']),
      feedReadUpTo: gauge('feed_read_up_to_timestamp_seconds', 'Consent events have been read up to this', ['bank', 'feed']),
      feedAskedAt: gauge('feed_asked_timestamp_seconds', 'When the feed of consent events was last asked with success', ['bank', 'feed']),
      gateClosedUntil: gauge('upstream_gate_closed_until_timestamp_seconds', 'Until when an upstream is left in peace; 0 when it may be called', ['bank', 'upstream']),
      keyExpires: gauge('key_expires_timestamp_seconds', 'When a signing key or its certificate is refused', ['bank', 'setting', 'kid']),
      jobsWaiting: gauge('jobs_waiting', 'Background work that has been due for over a minute', []),
      jobsGivenUp: gauge('jobs_given_up', 'Background work that has failed as often as it may', []),
    },
  }
}
