import { createConsents, type Consents } from './altinn/consents.ts'
import { createConsentRequests, type ConsentRequest, type ConsentRequests } from './altinn2/requests.ts'
import type { Kept } from './altinn/kept-consents.ts'
import type { KeptList } from './kept.ts'
import { createFaultBoard, type FaultBoard } from './faults.ts'
import { createJournal, type Journal } from './journal.ts'
import { streetKeys, type StreetKeys } from './keys.ts'
import type { Log } from './log.ts'
import type { Altinn2Key, Bank, Delegation, MaskinportenClient, Registration } from './registration.ts'
import type { Settings } from './settings.ts'
import { employees, type Employee } from './staff/employees.ts'

/** What is registered now; `registration` is how it began. */
export type SelfService = { banks: Bank[]; clients: MaskinportenClient[]; delegations: Delegation[]; altinn2ApiKeys: Altinn2Key[]; /** Scopes that an owner has not given to a bank. */ withheld: { orgNumber: string; scope: string }[] }

/** What the parties of the street share. Each keeps its own business to itself. */
export type Street = {
  readonly origin: string
  readonly registration: Registration
  /** What the self-service portal and Altinn let a bank or a supplier change while everything runs. */
  readonly selfService: SelfService
  readonly keys: StreetKeys
  readonly faults: FaultBoard
  readonly journal: Journal
  readonly settings: Settings
  /** The bank's people, as its directory has them now. */
  readonly employees: Employee[]
  readonly consents: Consents
  /** The consents of Altinn 2. */
  readonly altinn2: ConsentRequests
  /** Raw answers that replace Lånekassen's for a person. */
  readonly balances: Map<string, string>
  /** Forgotten at a reset: seen grants, cached consents, log-ins. Each party adds its own. */
  readonly onReset: (() => void)[]
  readonly log: Log
  reset(): void
}

const defaults = (registration: Registration): Settings => ({
  eventsDelaySeconds: 300,
  ssoLogoutAfterConsent: true,
  altinnWants: 'maskinporten',
  lanekassenTransport: registration.lanekassen.transport,
  altinn2SignsWith: 'primary',
  altinn2Services: 'array',
  altinn2Errors: 'pascal',
  lanekassenNoticesRevocation: false,
})

const asRegistered = ({ banks, maskinporten, delegations, altinn2 }: Registration): SelfService => structuredClone({ banks, clients: maskinporten, delegations, altinn2ApiKeys: altinn2.apiKeys, withheld: [] })

/** Where consents outlive the process, in each generation of Altinn. */
export type KeptConsents = { readonly altinn?: Kept; readonly altinn2?: KeptList<ConsentRequest> }

export async function createStreet(origin: string, registration: Registration, log: Log, kept?: KeptConsents): Promise<Street> {
  const street: Street = {
    origin, registration, log,
    keys: await streetKeys(),
    faults: createFaultBoard(),
    journal: createJournal(),
    settings: defaults(registration),
    selfService: asRegistered(registration),
    employees: structuredClone([...employees]),
    consents: createConsents(kept?.altinn),
    altinn2: createConsentRequests(kept?.altinn2),
    balances: new Map(),
    onReset: [],
    reset() {
      street.faults.clear()
      street.journal.clear()
      street.consents.clear()
      street.altinn2.clear()
      street.balances.clear()
      Object.assign(street.settings, defaults(registration))
      Object.assign(street.selfService, asRegistered(registration))
      street.employees.splice(0, Infinity, ...structuredClone(employees))
      for (const forget of street.onReset) forget()
    },
  }
  return street
}
