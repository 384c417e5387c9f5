import { useTranslations } from 'next-intl'
import { StatusPage } from '../ui/status-page'

/** Without the role that a page needs; or logged in, and the provider has not said for too long whether they still may be. */
export const noAccessReasons = ['wrong-role', 'unchecked'] as const
export type NoAccessReason = (typeof noAccessReasons)[number]

/** `/staff/no-access` */
export function NoAccessPage({ why, reference }: { readonly why: NoAccessReason; readonly reference: string | null }) {
  const t = useTranslations('staff.noAccess')
  return (
    <StatusPage tone="warning" title={t(`${why}.title`)} body={t(`${why}.body`)} next={t(`${why}.next`)} reference={reference}>
      <a className="ds-button" data-variant="secondary" href="/staff">
        {t(`${why}.go`)}
      </a>
    </StatusPage>
  )
}
