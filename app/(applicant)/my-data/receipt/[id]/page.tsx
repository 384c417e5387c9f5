import { notFound } from 'next/navigation'
import { receiptFor, sheetOf } from '@/app/_server/receipt'
import { requireApplicant } from '@/app/_server/session'
import { Shell } from '@/app/_server/shell'
import { titled } from '@/app/_server/titled'
import { areKept } from '@/components/my-data/notice-words'
import { ReceiptPage } from '@/components/my-data/receipt-page'

export const generateMetadata = titled('receipt')

export default async function ReceiptOfConsent({ params }: PageProps<'/my-data/receipt/[id]'>) {
  const applicant = await requireApplicant()
  const receipt = await receiptFor(applicant, (await params).id)
  if (!receipt) notFound()
  return (
    <Shell applicant={applicant}>
      <ReceiptPage sheet={await sheetOf(receipt)} consentId={receipt.consent.id} signed={areKept(receipt.notice)} />
    </Shell>
  )
}
