import { auditFile } from '@/app/_server/audit-export'

/** Lines of the log for a program: one of JSON for each, for an auditor. */
export async function GET(request: Request): Promise<Response> {
  return auditFile(request, 'jsonl')
}
