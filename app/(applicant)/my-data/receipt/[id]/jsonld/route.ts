import { download, notTheirs } from '@/app/_server/download'
import { receiptFor } from '@/app/_server/receipt'
import { receiptJsonLd } from '@/app/_server/receipt-files'
import { refusedToOthers } from '@/app/_server/same-origin'
import { requireApplicant } from '@/app/_server/session'

/** The receipt as signed JSON-LD, for the person it belongs to. */
export async function GET(request: Request, { params }: RouteContext<'/my-data/receipt/[id]/jsonld'>): Promise<Response> {
  const applicant = await requireApplicant()
  const refused = refusedToOthers(request.headers)
  if (refused) return refused
  const receipt = await receiptFor(applicant, (await params).id)
  const body = receipt && (await receiptJsonLd(receipt))
  if (!receipt || body === null) return notTheirs()
  return download({ body, type: 'application/ld+json; charset=utf-8', name: 'kvittering', ending: 'jsonld', at: receipt.issuedAt })
}
