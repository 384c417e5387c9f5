import { z } from 'zod'
import { partyNames, type PartyName } from './parties.ts'

type Kind = { label: string; party?: PartyName; steps?: readonly string[]; needs?: 'seconds' }

const consentToken = { party: 'maskinporten', steps: ['consent-token'] } as const
const anyToken = { party: 'maskinporten', steps: ['token', 'consent-token'] } as const
const altinn2Token = { party: 'altinn2', steps: ['consent-token'] } as const
const exchanged = { party: 'altinn', steps: ['exchange'] } as const
const idToken = { party: 'idporten', steps: ['token'] } as const

/** Everything that can go wrong on purpose (failure model F1 to F27). Without `party` it can strike any of them. */
export const faultKinds = {
  down: { label: 'Nede: forbindelsen brytes' },
  'black-hole': { label: 'Svart hull: tar imot, svarer aldri' },
  slow: { label: 'Treg: svarer riktig etter n sekunder', needs: 'seconds' },
  trickle: { label: 'Drypper: svaret kommer litt og litt i n sekunder', needs: 'seconds' },
  'lost-answer': { label: 'Gjør jobben, men mister svaret' },
  'cut-off': { label: 'Forbindelsen brytes midt i svaret' },
  '500': { label: 'Feil 500' },
  '502': { label: 'Feil 502' },
  '503': { label: 'Feil 503' },
  '504': { label: 'Feil 504' },
  '400': { label: 'Avvisning 400' },
  '401': { label: 'Avvisning 401' },
  '403': { label: 'Avvisning 403' },
  '404': { label: 'Avvisning 404' },
  '429': { label: 'For mange kall 429 (Retry-After når sekunder er oppgitt)' },
  html: { label: 'HTML i stedet for JSON' },
  truncated: { label: 'JSON som stopper midt i' },
  'wrong-types': { label: 'JSON med feil typer' },
  huge: { label: 'Enormt svar (50 MB)' },
  'gzip-bomb': { label: 'Gzip-bombe' },
  redirect: { label: 'Viderekobling til et annet sted' },
  'clock-skew': { label: 'Klokken går n sekunder feil', needs: 'seconds' },

  'token-from': { label: 'Samtykketoken for en annen person', ...consentToken },
  'token-to': { label: 'Samtykketoken til en annen virksomhet', ...consentToken },
  'token-resource': { label: 'Samtykketoken for en annen ressurs', ...consentToken },
  'token-type': { label: 'Samtykketoken av en annen type', ...consentToken },
  'token-id': { label: 'Samtykketoken for et annet samtykke', ...consentToken },
  'token-consent-expired': { label: 'Samtykketoken der samtykket er utløpt', ...consentToken },
  'token-without-consent': { label: 'Token uten samtykke i', ...consentToken },
  'token-expired': { label: 'Utløpt token', ...anyToken },
  'token-key': { label: 'Token signert av en fremmed nøkkel', ...anyToken },
  'token-consumer': { label: 'Token for en annen konsument', ...anyToken },
  'expires-in-zero': { label: 'expires_in er 0', ...anyToken },
  'expires-in-negative': { label: 'expires_in er -1', ...anyToken },
  'expires-in-string': { label: 'expires_in er en tekst', ...anyToken },
  'expires-in-absent': { label: 'expires_in mangler', ...anyToken },

  'a2-token-person': { label: 'Altinn 2-token for en annen person', ...altinn2Token },
  'a2-token-bank': { label: 'Altinn 2-token til en annen virksomhet', ...altinn2Token },
  'a2-token-service': { label: 'Altinn 2-token for en annen tjeneste', ...altinn2Token },
  'a2-token-code': { label: 'Altinn 2-token for et annet samtykke', ...altinn2Token },
  'a2-token-expired': { label: 'Altinn 2-token som er utløpt', ...altinn2Token },
  'a2-token-consent-expired': { label: 'Altinn 2-token der samtykket er utløpt', ...altinn2Token },
  'a2-token-issuer': { label: 'Altinn 2-token fra en annen utsteder', ...altinn2Token },
  'a2-token-key': { label: 'Altinn 2-token signert av en fremmed nøkkel', ...altinn2Token },
  'a2-token-delegator': { label: 'Altinn 2-token der en annen måtte samtykke', ...altinn2Token },
  'a2-token-handler': { label: 'Altinn 2-token hentet av en annen leverandør', ...altinn2Token },
  'a2-token-unquoted': { label: 'Altinn 2-token uten anførselstegn', ...altinn2Token },

  'a2-no-links': { label: 'Svaret på en forespørsel mangler _links', party: 'altinn2', steps: ['create'] },
  'a2-page-elsewhere': { label: 'Samtykkesiden ligger et annet sted', party: 'altinn2', steps: ['create'] },
  'a2-one-certificate': { label: 'Bare ett av to sertifikater er publisert', party: 'altinn2', steps: ['jwks'] },

  'exchange-expired': { label: 'Vekslet token som er utløpt', ...exchanged },
  'exchange-key': { label: 'Vekslet token signert av en fremmed nøkkel', ...exchanged },
  'exchange-organisation': { label: 'Vekslet token for en annen virksomhet', ...exchanged },
  'exchange-bare': { label: 'Vekslet token uten anførselstegn', ...exchanged },

  'drop-psu-id': { label: 'En gateway fjerner hodet PSU_ID', party: 'lanekassen', steps: ['accounts'] },
  'other-person': { label: 'Svaret gjelder en annen person', party: 'lanekassen', steps: ['accounts'] },

  'id-low-acr': { label: 'id_token med for lavt nivå', ...idToken },
  'id-no-pid': { label: 'id_token uten pid', ...idToken },
  'id-no-sid': { label: 'id_token uten sid', ...idToken },
  'id-no-amr': { label: 'id_token uten amr', ...idToken },
  'id-nonce': { label: 'id_token med feil nonce', ...idToken },
  'id-issuer': { label: 'id_token med feil utsteder', ...idToken },
  'id-audience': { label: 'id_token for en annen klient', ...idToken },
  'id-expired': { label: 'id_token som er utløpt', ...idToken },
  'id-key': { label: 'id_token signert av en fremmed nøkkel', ...idToken },
  'no-backchannel': { label: 'Bakkanal-utlogging uteblir', party: 'idporten', steps: ['backchannel'] },
} as const satisfies Record<string, Kind>

export type FaultKind = keyof typeof faultKinds
export const kindOf = (fault: FaultKind): Kind => faultKinds[fault]
const kindNames = Object.keys(faultKinds) as [FaultKind, ...FaultKind[]]

export const faultShape = z
  .strictObject({
    fault: z.enum(kindNames),
    /** Strikes this many requests, then all is well again. Left out: until it is removed. */
    times: z.int().min(1).max(10_000).optional(),
    /** For slow, trickle, clock-skew and Retry-After. */
    seconds: z.number().min(-7200).max(7200).optional(),
    /** How Retry-After is written on a 429. */
    retryAfter: z.enum(['seconds', 'date', 'none', 'garbage']).optional(),
    /** Only this step (create, status, token …), or paths that begin like this (/accessmanagement …). */
    step: z.string().min(1).max(100).optional(),
  })
  .refine((fault) => kindOf(fault.fault).needs === undefined || fault.seconds !== undefined, { message: 'this fault needs seconds', path: ['seconds'] })
export type Fault = z.output<typeof faultShape>

/** The faults that are switched on, one for each party and step. */
export type FaultBoard = {
  put(party: PartyName, fault: Fault): void
  clear(party?: PartyName): void
  list(): { party: PartyName; fault: Fault }[]
  /** The fault that strikes this request. Counts it. */
  take(party: PartyName, step: string, path: string): Fault | undefined
}

export const canStrike = (party: PartyName, fault: FaultKind): boolean => (kindOf(fault).party ?? party) === party

export function createFaultBoard(): FaultBoard {
  const board = new Map<PartyName, Fault[]>(partyNames.map((name) => [name, []]))
  const of = (party: PartyName): Fault[] => board.get(party) ?? []
  return {
    put(party, fault) {
      board.set(party, [...of(party).filter((other) => other.step !== fault.step), fault])
    },
    clear(party) {
      for (const name of party === undefined ? partyNames : [party]) board.set(name, [])
    },
    list: () => partyNames.flatMap((party) => of(party).map((fault) => ({ party, fault }))),
    take(party, step, path) {
      const applies = (fault: Fault): boolean => {
        const steps = kindOf(fault.fault).steps
        const chosen = fault.step === undefined || fault.step === step || (fault.step.startsWith('/') && path.startsWith(fault.step))
        // Pages that the sandbox itself draws after a log-out are never a step of their own: only named steps can be hit there.
        return chosen && (steps === undefined ? step !== 'backchannel' || fault.step === step : steps.includes(step))
      }
      const struck = of(party).filter(applies).sort((a, b) => Number(b.step !== undefined) - Number(a.step !== undefined))[0]
      if (struck?.times === undefined) return struck
      const rest = of(party).filter((other) => other !== struck)
      board.set(party, struck.times > 1 ? [...rest, { ...struck, times: struck.times - 1 }] : rest)
      return struck
    },
  }
}
