import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { Watch } from '@/lib/http'
import type { UpstreamSights } from '@/lib/upstream-sight-store'
import type { Meters } from './meters'

/**
 * Counts each request that leaves, makes it a span of the trace and tells how the upstream was seen, under its name: the one whose address is
 * the beginning of the request's, or lies at the same origin; where there is but one, whatever its address.
 */
export function watchUpstreams(meters: Meters, bank: string, upstreams: Readonly<Record<string, string | undefined>>, saw?: UpstreamSights['saw']): Watch {
  const known = Object.entries(upstreams).flatMap(([name, url]) => (url === undefined ? [] : [{ name, url: new URL(url) }]))
  const nameOf = (target: URL): string => {
    const there = known.filter(({ url }) => url.origin === target.origin)
    const within = there.filter(({ url }) => isWithin(target.pathname, url.pathname)).sort((a, b) => b.url.pathname.length - a.url.pathname.length)
    return (within[0] ?? there[0] ?? (known.length === 1 ? known[0] : undefined))?.name ?? 'unknown'
  }
  return (target) => {
    const upstream = nameOf(target)
    const span = trace.getTracer('saldosyn').startSpan(upstream, { kind: SpanKind.CLIENT, attributes: { 'saldosyn.upstream': upstream } })
    const begun = performance.now()
    return (outcome, clockAhead) => {
      saw?.(upstream, outcome, clockAhead)
      meters.upstreamCall({ bank, upstream, outcome }, (performance.now() - begun) / 1000)
      span.setAttribute('saldosyn.outcome', outcome)
      if (!/^[1-4]\d\d$/.test(outcome)) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    }
  }
}

const isWithin = (path: string, folder: string): boolean => `${path.replace(/\/$/, '')}/`.startsWith(`${folder.replace(/\/$/, '')}/`)
