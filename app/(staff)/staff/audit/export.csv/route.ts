import { auditFile } from '@/app/_server/audit-export'

/** Lines of the log for a spreadsheet, for an auditor. */
export async function GET(request: Request): Promise<Response> {
  return auditFile(request, 'csv')
}
