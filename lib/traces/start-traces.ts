import { context, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace'
import { cleanAttributes, cleanName } from './clean-span'

/**
 * Sends spans to the operator's own collector, by OTLP over HTTP as JSON, to `{endpoint}/v1/traces`. Each is cleaned on its way
 * out: what Next says of a request holds its whole address. Loaded only where it is asked for.
 */
export function startTraces(endpoint: string): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  const exporter = cleaning(new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` }))
  trace.setGlobalTracerProvider(new TracerProvider({ resource: resourceFromAttributes({ 'service.name': 'saldosyn' }), spanProcessors: [new BatchSpanProcessor({ exporter })] }))
}

const cleaning = (exporter: SpanExporter): SpanExporter => ({
  export: (spans, done) => exporter.export(spans.map(cleaned), done),
  shutdown: () => exporter.shutdown(),
  forceFlush: async () => exporter.forceFlush?.(),
})

/** The same span with less to say: its status keeps no message, and its events, which hold the texts of errors, are left out. */
const cleaned = (span: ReadableSpan): ReadableSpan =>
  Object.create(span, {
    name: { value: cleanName(span.attributes) },
    attributes: { value: cleanAttributes(span.attributes) },
    status: { value: { code: span.status.code } },
    events: { value: [] },
    links: { value: [] },
  }) as ReadableSpan
