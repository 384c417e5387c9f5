import { expect } from '@playwright/test'

export type Party = 'idporten' | 'staff' | 'maskinporten' | 'altinn' | 'altinn2' | 'lanekassen'
export type Fault = { fault: string; times?: number; seconds?: number; retryAfter?: 'seconds' | 'date' | 'none' | 'garbage'; step?: string }
/** One request as a public party saw it. */
export type Seen = { nr: number; at: string; party: Party; step: string; method: string; path: string; status: number; person?: string; scope?: string; language?: string; refusedBecause?: string; fault?: string }
export type ConsentAtAltinn = { id: string; status: 'Created' | 'Accepted' | 'Rejected' | 'Revoked'; redirectUrl: string }
export type PublishedPerson = {
  pid: string
  name: string
  group: 'published' | 'scenario'
  expected: { parts: { name: string; ore: number | null; currency: string }[]; sumOre: number | null; totalOre: number | null } | null
}
type Settings = { ssoLogoutAfterConsent: boolean; eventsDelaySeconds: number; lanekassenTransport: string }

/** The levers of the public parties' stand-ins, and what they have seen. */
export type Sandbox = ReturnType<typeof leversOf>

export function leversOf(url: string) {
  async function pull(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(`${url}/control/${path}`, { method, ...(body && { body: JSON.stringify(body) }) })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.status === 204 ? null : answer.json()
  }
  const requests = (filter: { party?: Party; step?: string } = {}) => pull('GET', `requests?${new URLSearchParams(filter).toString()}`) as Promise<Seen[]>
  const consents = () => pull('GET', 'consents') as Promise<ConsentAtAltinn[]>
  const newest = async () => {
    const consent = (await consents()).at(-1)
    if (!consent) throw new Error('nobody has asked for a consent')
    return consent
  }
  const answerFor = (what: 'accept' | 'reject' | 'revoke' | 'expire') => async () => {
    await pull('POST', `consents/${(await newest()).id}/${what}`)
  }

  return {
    url,
    people: () => pull('GET', 'people') as Promise<PublishedPerson[]>,
    /** Everything as it was at the start: no faults, no consents, an empty list of requests. */
    reset: () => pull('POST', 'reset'),
    breaks: (party: Party, fault: Fault) => pull('PUT', `faults/${party}`, fault),
    worksAgain: (party?: Party) => pull('DELETE', party ? `faults/${party}` : 'faults'),
    requests,
    /** How often Lånekassen was asked, and how often it answered with figures. */
    async calls() {
      const seen = await requests({ party: 'lanekassen', step: 'accounts' })
      return { asked: seen.length, answered: seen.filter(({ status, fault }) => status === 200 && fault === undefined).length }
    },
    /** What the bank's own directory says of an employee from now on. */
    employs: (id: string, change: { roles?: readonly string[]; disabled?: boolean }) => pull('PATCH', `employees/${id}`, change),
    consents,
    newest,
    accept: answerFor('accept'),
    reject: answerFor('reject'),
    revoke: answerFor('revoke'),
    expire: answerFor('expire'),
    /** The person gave a consent in Altinn 2, which Altinn 3 has taken over; gives its id there. */
    migrated: async (pid: string, validTo: string) => ((await pull('POST', 'consents', { pid, to: '311111116', resource: 'slk_5498_1', metadata: { Navn: 'Testbanken AS' }, validTo })) as ConsentAtAltinn).id,
    /** Lånekassen's whole answer about a person, as text. */
    answers: (pid: string, body: string) => pull('PUT', `balances/${pid}`, { body }),
    settings: (some: Partial<Settings>) => pull('PUT', 'settings', some),
  }
}

/** The feed of events is followed on the minute, whoever is here, with a token that comes when the last one is used up. */
const followsEvents = ({ party, step, scope }: Seen): boolean => step === 'events' || (party === 'maskinporten' && scope === 'altinn:consentrequests.read')

/** Holds until the list of requests no longer grows: for what is said not to happen. */
export async function quiet(sandbox: Sandbox): Promise<number> {
  let before = -1
  await expect(async () => {
    const now = (await sandbox.requests()).filter((seen) => !followsEvents(seen)).length
    const grown = now !== before
    before = now
    expect(grown, 'nothing new has been asked').toBe(false)
  }).toPass({ intervals: [150] })
  return before
}
