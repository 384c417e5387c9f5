import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Fault } from './faults.ts'
import type { Answer } from './http.ts'
import type { PartyName } from './parties.ts'

/** One request at one party, and what came of it. */
export type Visit = {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly party: PartyName
  readonly method: string
  /** The path inside the party: /idporten/par is /par. */
  readonly path: string
  readonly query: URLSearchParams
  /** The body as text; empty for parties that read it themselves. */
  readonly body: string
  readonly step: string
  /** The fault that is to strike this request, if any. */
  readonly fault: Fault | undefined
  /** The party's clock in milliseconds, which a fault may have put wrong. */
  readonly now: number
  /** Filled in by the party: who it was about (a name), which consent, which scopes, in which language, and why it was refused. */
  person?: string
  consent?: string
  language?: string
  scope?: string
  refusedBecause?: string
  warning?: string
}

/** A party of the street. `serve` gives an answer, or null when it has written one to `res` itself. */
export type Party = {
  readonly name: PartyName
  /** Parties built on oidc-provider read the body themselves. */
  readonly readsBody: boolean
  stepOf(method: string, path: string, body: string): string
  serve(visit: Visit): Promise<Answer | null> | Answer
  /** How this party looks when it answers with nothing but a status. */
  failure(status: number): Answer
}

/** Notes the reason for the log, and gives the answer back. */
export function refuse(visit: Visit, because: string, answer: Answer): Answer {
  visit.refusedBecause = because
  return answer
}
