import { trace } from '@opentelemetry/api'
import { headers } from 'next/headers'
import { cache } from 'react'
import { isCorrelationId, newCorrelationId } from '@/lib/correlation-id'

/** The header the proxy puts the request's reference in. */
export const correlationHeader = 'x-correlation-id'

/** Writes the reference on the span that is under way, so that a trace is found by what the person reads on the screen. */
export const nameTrace = (id: string): void => void trace.getActiveSpan()?.setAttribute('saldosyn.correlation_id', id)

/** The reference of this request: the same on the screen, in the log and in the audit log. */
export const correlationId = cache(async (): Promise<string> => {
  const given = (await headers()).get(correlationHeader)
  const id = given !== null && isCorrelationId(given) ? given : newCorrelationId()
  nameTrace(id)
  return id
})
