import { headers } from 'next/headers'
import { cache } from 'react'
import { isCorrelationId, newCorrelationId } from '@/lib/correlation-id'

/** The header the proxy puts the request's reference in. */
export const correlationHeader = 'x-correlation-id'

/** The reference of this request: the same on the screen, in the log and in the audit log. */
export const correlationId = cache(async (): Promise<string> => {
  const given = (await headers()).get(correlationHeader)
  return given !== null && isCorrelationId(given) ? given : newCorrelationId()
})
