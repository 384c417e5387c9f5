import { exportAsJson } from '@/app/_server/export'
import { refusedToOthers } from '@/app/_server/same-origin'
import { requireApplicant } from '@/app/_server/session'

/** Everything we hold about the person who asks, for a program. */
export async function GET(request: Request): Promise<Response> {
  const applicant = await requireApplicant()
  return refusedToOthers(request.headers) ?? exportAsJson(applicant)
}
