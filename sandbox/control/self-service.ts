import { z } from 'zod'
import { empty, json, type Answer } from '../http.ts'
import { certificateOrder, issueCertificate } from '../maskinporten/authority.ts'
import { addedBank, clientKeys, delegation, orgNumber, type MaskinportenClient } from '../registration.ts'
import type { Street } from '../street.ts'
import { isAnswer, parsed, wrong } from './body.ts'

const clientLine = ({ clientId, orgNumber: owner, scopes, jwks, keysPostedAt }: MaskinportenClient): object => ({
  clientId, orgNumber: owner, scopes, kids: jwks.keys.map(({ kid }) => kid), ...(keysPostedAt && { keysPostedAt: keysPostedAt.toISOString() }),
})
export const clientList = ({ selfService }: Street): Answer => json(200, selfService.clients.map(clientLine))

/** A client's keys in the self-service portal: the whole set is replaced. `postedAt` says when, for keys that have grown old. */
export function postKeys({ selfService }: Street, clientId: string | undefined, body: string): Answer {
  const client = selfService.clients.find((it) => it.clientId === clientId)
  if (!client) return wrong(404, 'No such client')
  const given = parsed(body, clientKeys.extend({ postedAt: z.coerce.date().optional() }))
  if (isAnswer(given)) return given
  Object.assign(client, { jwks: { keys: given.keys }, keysPostedAt: given.postedAt })
  return json(200, clientLine(client))
}

const oneDelegation = z.strictObject({ consumer: orgNumber, supplier: orgNumber, scope: z.string().min(1), delegated: z.boolean() })

/** What banks have delegated to suppliers in Altinn: PUT replaces the whole list, PATCH gives one scope or takes it back. */
export function delegations({ selfService }: Street, method: string, body: string): Answer {
  if (method === 'PUT') {
    const given = parsed(body, z.array(delegation))
    if (isAnswer(given)) return given
    selfService.delegations = given
  }
  if (method === 'PATCH') {
    const given = parsed(body, oneDelegation)
    if (isAnswer(given)) return given
    const { consumer, supplier, scope, delegated } = given
    const isBetween = (one: { consumer: string; supplier: string }): boolean => one.consumer === consumer && one.supplier === supplier
    const others = selfService.delegations.find(isBetween)?.scopes.filter((one) => one !== scope) ?? []
    selfService.delegations = [...selfService.delegations.filter((one) => !isBetween(one)), { consumer, supplier, scopes: delegated ? [...others, scope] : others }]
  }
  return json(200, selfService.delegations)
}

const access = z.strictObject({ orgNumber, scope: z.string().min(1), given: z.boolean() })

/** What the owner of a scope does: takes it from a bank, or gives it back. */
export function scopes({ selfService }: Street, body: string): Answer {
  const asked = parsed(body, access)
  if (isAnswer(asked)) return asked
  selfService.withheld = selfService.withheld.filter(({ orgNumber: org, scope }) => org !== asked.orgNumber || scope !== asked.scope)
  if (!asked.given) selfService.withheld.push({ orgNumber: asked.orgNumber, scope: asked.scope })
  return empty(204)
}

/** A business certificate of the sandbox's own authority, in order or wrong on purpose. */
export function orderCertificate(body: string): Answer {
  const order = parsed(body, certificateOrder)
  return isAnswer(order) ? order : json(201, issueCertificate(order))
}

/** One more bank with its agreements, while everything runs; gone at a reset. */
export function addBank({ selfService }: Street, body: string): Answer {
  const given = parsed(body, addedBank)
  if (isAnswer(given)) return given
  const { bank, maskinporten, delegations: delegated, altinn2ApiKeys } = given
  if (selfService.banks.some(({ orgNumber: org, idporten }) => org === bank.orgNumber || idporten.clientId === bank.idporten.clientId)) return wrong(409, 'The organisation or its client at ID-porten is registered already')
  if (maskinporten.some(({ clientId }) => selfService.clients.some((client) => client.clientId === clientId))) return wrong(409, 'The client at Maskinporten is registered already')
  selfService.banks.push(bank)
  selfService.clients.push(...maskinporten)
  selfService.delegations = [...selfService.delegations, ...delegated]
  selfService.altinn2ApiKeys.push(...altinn2ApiKeys)
  return json(201, { name: bank.name, orgNumber: bank.orgNumber, appUrl: bank.appUrl })
}
