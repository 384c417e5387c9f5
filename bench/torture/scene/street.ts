import { randomUUID } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '../../../cli/run.mjs'
import { registration, withoutSettings } from '../../../cli/sandbox-settings.mjs'
import type { Cluster } from './cluster.ts'

export type Party = 'idporten' | 'maskinporten' | 'altinn' | 'altinn2' | 'lanekassen'
/** A party's gate was let open by the test at this moment, as if its time had passed. */
export type Opened = { readonly party: Party; readonly at: number }
export type StreetFault = { readonly fault: string; readonly times?: number; readonly seconds?: number; readonly retryAfter?: 'seconds' | 'date' | 'none' | 'garbage'; readonly step?: string }
/** One request as a public party saw it; `at` is when it ended, `began` when its first byte was there. */
export type Seen = {
  readonly nr: number
  readonly at: string
  readonly began: string
  readonly party: Party
  readonly step: string
  readonly method: string
  readonly path: string
  /** 0: no answer. */
  readonly status: number
  readonly person?: string
  /** The consent that it was about, by Altinn's id. */
  readonly consent?: string
  readonly scope?: string
  /** Seconds, as written in the answer. */
  readonly retryAfter?: string
  readonly refusedBecause?: string
  readonly fault?: string
}
export type ConsentAtAltinn = { readonly id: string; readonly person: string; readonly status: 'Created' | 'Accepted' | 'Rejected' | 'Revoked'; readonly expired: boolean; readonly redirectUrl: string }
export type Customer = { readonly pid: string; readonly name: string; readonly group: 'published' | 'scenario'; readonly expected: { readonly parts: readonly { readonly ore: number | null }[]; readonly sumOre: number | null } | null }

/** The public parties' stand-ins in a process of their own, with their levers and everything they have seen. */
export type Street = {
  readonly url: string
  /** Puts a fault on a party; one fault for each party and step. */
  breaks(party: Party, fault: StreetFault): Promise<void>
  mends(party?: Party): Promise<void>
  /** What the person does in Altinn, or time. */
  answer(consentId: string, move: 'accept' | 'reject' | 'revoke' | 'expire'): Promise<void>
  consents(): Promise<readonly ConsentAtAltinn[]>
  people(): Promise<readonly Customer[]>
  /** Lånekassen's whole answer about a person, as text; null for its own again. */
  says(pid: string, body: string | null): Promise<void>
  set(settings: { eventsDelaySeconds?: number; ssoLogoutAfterConsent?: boolean; lanekassenTransport?: string; altinnWants?: string }): Promise<void>
  forgetConsents(): Promise<void>
  /** Every request so far, also those that the sandbox itself has forgotten. */
  requests(filter?: { party?: Party; step?: string; after?: number }): Promise<readonly Seen[]>
  close(): Promise<void>
}

/** `port` is part of its name, http://127.0.0.1:port; it may listen on another address of this machine, behind a front. */
export type StreetOptions = { readonly appUrl: string; readonly port: number; readonly host: string; readonly altinn2: boolean; readonly clockMs: number; readonly log: string }

export const streetName = (port: number): string => `http://127.0.0.1:${port}`

export async function startStreet({ keys }: Cluster, { appUrl, port, host, altinn2, clockMs, log }: StreetOptions): Promise<Street> {
  const url = streetName(port)
  const box = mkdtempSync(join(tmpdir(), 'saldosyn-registration-'))
  const file = join(box, 'registration.json')
  writeFileSync(file, JSON.stringify(registration({ appUrl, keys, altinn2 })), { mode: 0o600 })
  const child = await serve({
    name: `The sandbox ${randomUUID().slice(0, 4)}`, args: [...(clockMs === 0 ? [] : ['--import', './bench/torture/instance/clock-shift.ts']), 'sandbox/server.ts'], log, ready: `${url}/`, remove: box,
    env: { ...withoutSettings(), SANDBOX_PORT: String(port), SANDBOX_HOST: host, SANDBOX_REGISTRATION: file, TORTURE_CLOCK_MS: String(clockMs) },
  })
  return leversOf(url, host, child.stop)
}

/** The levers of a sandbox that listens on `host`, whatever its name. */
function leversOf(url: string, hostname: string, stop: () => Promise<void>): Street {
  const { port, host } = new URL(url)
  const agent = new Agent({ keepAlive: true })
  const pull = <T>(method: string, path: string, body?: object): Promise<T> =>
    new Promise((resolve, reject) => {
      const asked = request({ hostname, port, method, path: `/control/${path}`, headers: { host }, agent }, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          const { statusCode = 0 } = answer
          if (statusCode >= 200 && statusCode < 300) resolve((text === '' ? null : JSON.parse(text)) as T)
          else reject(new Error(`${method} ${path.replace(/\d{11}/, '…')}: ${statusCode} ${text}`))
        })
      })
      asked.on('error', reject)
      asked.end(body && JSON.stringify(body))
    })
  const seen: Seen[] = []
  let draining: Promise<void> = Promise.resolve()
  /** The sandbox keeps its last few thousand: fetched often enough, none is missed, and a gap would be noticed. */
  async function drain(): Promise<void> {
    const last = seen.at(-1)?.nr ?? 0
    const more = await pull<Seen[]>('GET', `requests?since=${last}`)
    const [first] = more
    if (first && first.nr !== last + 1) throw new Error(`the sandbox has forgotten the requests ${last + 1} to ${first.nr - 1}: ask more often`)
    seen.push(...more)
  }
  return {
    url,
    breaks: (party, fault) => pull('PUT', `faults/${party}`, fault),
    mends: (party) => pull('DELETE', party ? `faults/${party}` : 'faults'),
    answer: (consentId, move) => pull('POST', `consents/${consentId}/${move}`),
    consents: () => pull('GET', 'consents'),
    people: () => pull('GET', 'people'),
    says: (pid, body) => (body === null ? pull('DELETE', `balances/${pid}`) : pull('PUT', `balances/${pid}`, { body })),
    set: (settings) => pull('PUT', 'settings', settings),
    forgetConsents: () => pull('POST', 'lanekassen/forget'),
    async requests({ party, step, after = 0 } = {}) {
      draining = draining.then(drain, drain)
      await draining
      return seen.filter((one) => one.nr > after && (party === undefined || one.party === party) && (step === undefined || one.step === step))
    },
    async close() {
      agent.destroy()
      await stop()
    },
  }
}
