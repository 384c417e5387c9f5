import type { Street } from '../street.ts'
import type { Grant } from './grant.ts'
import { refusals, type Refusal } from './refusal.ts'

/** On whose behalf: the legal consumer, and the supplier who asks for it. */
export type Parties = { consumer: string; supplier: string | null }

/**
 * A direct customer asks for itself; a supplier names the bank in consumer_org, and Maskinporten asks Altinn whether each scope
 * has been delegated, one organisation to one organisation (maskinporten_func_delegering).
 */
export function partiesOf({ client, claims, scopes }: Grant, street: Street): Parties | Refusal {
  const { consumer_org: named } = claims
  if (named !== undefined && (typeof named !== 'string' || !/^\d{9}$/.test(named))) return refusals.broken('consumer_org is not nine digits')
  const consumer = named ?? client.orgNumber
  if (named === client.orgNumber) return refusals.sameOrganisation("consumer_org is the client's own organisation")

  for (const scope of scopes) {
    if (named !== undefined && !isDelegated(street, named, client.orgNumber, scope))
      return refusals.notDelegated(named, scope, client.orgNumber, `the bank has not delegated ${scope} to the supplier`)
    if (!hasScope(street, consumer, scope)) return refusals.consumerWithoutScope(scope, `${consumer} has not been given ${scope}; did a supplier forget consumer_org?`)
  }
  return { consumer, supplier: named === undefined ? null : client.orgNumber }
}

const isDelegated = ({ selfService: { delegations } }: Street, consumer: string, supplier: string, scope: string): boolean =>
  delegations.some((delegation) => delegation.consumer === consumer && delegation.supplier === supplier && delegation.scopes.includes(scope))

/** The owners have given the scopes to the bank, and to the banks that a supplier works for; not to a supplier itself. */
const hasScope = ({ selfService: { banks, delegations, withheld } }: Street, organisation: string, scope: string): boolean =>
  !withheld.some((one) => one.orgNumber === organisation && one.scope === scope) && (banks.some(({ orgNumber }) => orgNumber === organisation) || delegations.some(({ consumer }) => consumer === organisation))
