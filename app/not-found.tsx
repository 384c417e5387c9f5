import { NotFoundPage } from '@/components/ui/not-found-page'
import { Shell } from './_server/shell'
import { titled } from './_server/titled'

export const generateMetadata = titled('notFound')

export default function NotFound() {
  return (
    <Shell applicant={null}>
      <NotFoundPage />
    </Shell>
  )
}
