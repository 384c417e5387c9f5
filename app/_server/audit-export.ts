import { searchAddress } from '@/components/staff/audit-search'
import { csvHead, toCsvRow, toJsonLine } from '@/lib/audit/audit-file'
import type { AuditEntry } from '@/lib/audit/audit-reading-store'
import { exportAudit } from '@/lib/audit/read-audit'
import { auditSearchIn } from './audit-query'
import { correlationId } from './correlation-id'
import { download } from './download'
import { refusedToOthers } from './same-origin'
import { findStaff, staffBank, wayOut } from './staff-session'

const forms = {
  jsonl: { type: 'application/x-ndjson; charset=utf-8', head: '', line: toJsonLine },
  csv: { type: 'text/csv; charset=utf-8', head: csvHead, line: toCsvRow },
} as const

/** The lines that an address asks for, as a file: for an auditor, who is told elsewhere when there is none to give. */
export async function auditFile(request: Request, form: 'jsonl' | 'csv'): Promise<Response> {
  const bank = await staffBank()
  const found = await findStaff('auditor')
  if (!found.visitor) return elsewhere(await wayOut(found.why))
  const refused = refusedToOthers(request.headers)
  if (refused) return refused
  const { search, wrong, filter } = auditSearchIn(Object.fromEntries(new URL(request.url).searchParams))
  if (wrong.length > 0) return elsewhere(searchAddress('/staff/audit', search))
  const exported = await exportAudit(bank, { filter, form, staffRef: found.visitor.session.staffRef, correlationId: await correlationId() })
  if (!exported.ok) return elsewhere(searchAddress('/staff/audit', search, { why: exported.reason }))
  const { type, head, line } = forms[form]
  return download({ body: streamOf(exported.value, head, line), type, name: 'audit', ending: form, at: bank.clock.now() })
}

const noStore = { 'cache-control': 'no-store' }
const elsewhere = (location: string): Response => new Response(null, { status: 303, headers: { location, ...noStore } })

/** A batch is read when the one before it has been taken: a file of any size is held in memory by one batch. */
function streamOf(batches: AsyncGenerator<readonly AuditEntry[]>, head: string, line: (entry: AuditEntry) => string): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(head)),
    async pull(controller) {
      const batch = await batches.next()
      if (batch.done) controller.close()
      else controller.enqueue(encoder.encode(batch.value.map(line).join('')))
    },
    async cancel() {
      await batches.return(undefined)
    },
  })
}
