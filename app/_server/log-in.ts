import { redirect } from 'next/navigation'
import { safeError } from '@/lib/log'
import { isReturnRef } from '@/lib/consent/return-ref'
import { beginLogIn } from './auth'
import { correlationId } from './correlation-id'
import { services } from './services'

/** Why a person stands at the start again; goes in the address, with the reference. */
export const startProblems = ['log-in-failed', 'log-in-cancelled', 'level-too-low', 'no-national-id', 'id-porten-unavailable'] as const
export type StartProblem = (typeof startProblems)[number]

export const startWith = (why: StartProblem, reference: string): string => `/?${new URLSearchParams({ why, ref: reference }).toString()}`

/** Sends the browser to ID-porten with a pushed request (RFC 9126); after it the person goes on with the consent they came from. */
export async function startLogIn(returnRef: string | null): Promise<never> {
  redirect((await addressAtIdporten(returnRef)) ?? startWith('id-porten-unavailable', await correlationId()))
}

async function addressAtIdporten(returnRef: string | null): Promise<string | null> {
  const { idporten, log } = await services()
  const flow = { correlationId: await correlationId() }
  try {
    const redirectTo = isReturnRef(returnRef) ? `/consent/return?s=${returnRef}` : '/consent/return'
    const { searchParams } = await beginLogIn(flow, redirectTo)
    const pushed = await idporten.pushAuthorizationRequest(searchParams)
    if (pushed.ok) return pushed.value
    log.warn('A log-in could not begin', { correlationId: flow.correlationId, upstream: 'idporten', reason: pushed.reason, detail: pushed.detail ?? '' })
    return null
  } catch (error) {
    log.warn('ID-porten could not be asked', { ...safeError(error), correlationId: flow.correlationId, upstream: 'idporten' })
    return null
  }
}
