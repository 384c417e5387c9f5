import { requireApplicant } from '@/app/_server/session'
import { services } from '@/app/_server/services'
import { Shell } from '@/app/_server/shell'
import { titled } from '@/app/_server/titled'
import { MyDataPage } from '@/components/my-data/my-data-page'
import { keptPeriods } from '@/lib/retention/policy'
import { myData } from '@/lib/subject/my-data'
import { placeFromAddress, placeInAddress } from '@/lib/audit/audit-place'
import { stopHereFromMyData } from './actions'

export const generateMetadata = titled('myData')

/** Asks nobody and shows no amount: what is recorded about the person who asks. */
export default async function MyData({ searchParams }: PageProps<'/my-data'>) {
  const applicant = await requireApplicant()
  const { config, ...deps } = await services()
  const before = placeFromAddress((await searchParams).before)
  const data = await myData(deps, { subjectRef: applicant.session.subjectRef, before })
  return (
    <Shell applicant={applicant}>
      <MyDataPage data={data} older={before !== null} next={data.seen.next && placeInAddress(data.seen.next)} kept={keptPeriods(config.DATABASE_RETENTION_URL !== undefined)} bankName={config.BANK_NAME} altinnUrl={config.ALTINN_CONSENT_PAGE_ORIGIN} stopHere={stopHereFromMyData} />
    </Shell>
  )
}
