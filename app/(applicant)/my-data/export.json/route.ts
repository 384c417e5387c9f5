import { exportAsJson } from '@/app/_server/export'
import { requireApplicant } from '@/app/_server/session'

/** Everything we hold about the person who asks, for a program. */
export async function GET(): Promise<Response> {
  return exportAsJson(await requireApplicant())
}
