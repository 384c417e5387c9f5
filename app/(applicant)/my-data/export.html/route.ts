import { exportAsHtml } from '@/app/_server/export'
import { requireApplicant } from '@/app/_server/session'

/** Everything we hold about the person who asks, to be read. */
export async function GET(): Promise<Response> {
  return exportAsHtml(await requireApplicant())
}
