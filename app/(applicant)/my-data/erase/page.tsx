import { services } from '@/app/_server/services'
import { requireApplicant } from '@/app/_server/session'
import { Shell } from '@/app/_server/shell'
import { titled } from '@/app/_server/titled'
import { ErasePage } from '@/components/my-data/erase-page'
import { myData } from '@/lib/subject/my-data'
import { eraseMe } from '../actions'

export const generateMetadata = titled('erase')

/** The step before it happens: looking erases nothing. */
export default async function Erase() {
  const applicant = await requireApplicant()
  const { erasable } = await myData(await services(), { subjectRef: applicant.session.subjectRef, before: null })
  return (
    <Shell applicant={applicant}>
      <ErasePage erasable={erasable} erase={eraseMe} />
    </Shell>
  )
}
