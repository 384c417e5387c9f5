import { download, notTheirs } from '@/app/_server/download'
import { receiptFor } from '@/app/_server/receipt'
import { receiptPdf } from '@/app/_server/receipt-files'
import { refusedToOthers } from '@/app/_server/same-origin'
import { requireApplicant } from '@/app/_server/session'

/** The receipt as PDF, for the person it belongs to. */
export async function GET(request: Request, { params }: RouteContext<'/my-data/receipt/[id]/pdf'>): Promise<Response> {
  const applicant = await requireApplicant()
  const refused = refusedToOthers(request.headers)
  if (refused) return refused
  const receipt = await receiptFor(applicant, (await params).id)
  if (!receipt) return notTheirs()
  return download({ body: await receiptPdf(receipt), type: 'application/pdf', name: 'kvittering', ending: 'pdf', at: receipt.issuedAt })
}
