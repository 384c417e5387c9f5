import { useLocale, useTranslations } from 'next-intl'
import type { Invitation } from '@/lib/sharing/invitation-store'
import type { Share } from '@/lib/sharing/share'
import type { ViewEnd } from '@/lib/sharing/adviser-share'
import { formatDate, formatTime } from '../dates'
import { SectionHeading } from '../ui/section-heading'
import { AdviserForm } from './adviser-form'
import type { AdviserAction } from './adviser-form-state'

export type AdviserView = { readonly share: Pick<Share, 'id' | 'openedAt' | 'caseNumber'>; readonly end: ViewEnd | null }
type Props = {
  readonly purposes: readonly string[]
  /** What this adviser has opened of late, the newest first. */
  readonly views: readonly AdviserView[]
  readonly invitations: readonly Invitation[]
  readonly invitationDays: number
  /** With an errand, and without: the invitation has one. */
  readonly open: AdviserAction
  readonly openInvited: AdviserAction
  readonly invite: AdviserAction
}

/** `/staff` for an adviser: a code to enter, what is shown now, and links to ask customers with. No customer is looked for here. */
export function AdviserRoom({ purposes, views, invitations, invitationDays, open, openInvited, invite }: Props) {
  const t = useTranslations('adviser')
  const pending = useTranslations()('pending')
  const locale = useLocale()
  const errand = { legend: t('purpose.legend'), other: t('purpose.other'), otherLabel: t('purpose.otherLabel'), otherHint: t('purpose.otherHint'), caseNumber: t('case.label') }
  const words = { problem: t('problem.title'), pending }
  return (
    <>
      <section className="grid gap-4" aria-labelledby="code">
        <SectionHeading id="code">{t('code.title')}</SectionHeading>
        <p>{t('logged')}</p>
        <AdviserForm id="open" action={open} purposes={purposes} words={{ ...words, submit: t('show'), code: { label: t('code.label'), hint: t('code.hint') }, errand }} />
      </section>
      <section className="grid gap-4 border-t border-line pt-6" aria-labelledby="running">
        <SectionHeading id="running">{t('running.title')}</SectionHeading>
        {views.length === 0 ? (
          <p>{t('running.none')}</p>
        ) : (
          <ul className="divide-y divide-line border-t border-line wrap-anywhere">
            {views.map((view) => (
              <View key={view.share.id} {...view} />
            ))}
          </ul>
        )}
      </section>
      <section className="grid gap-4 border-t border-line pt-6" aria-labelledby="invitations">
        <SectionHeading id="invitations">{t('invitations.title')}</SectionHeading>
        <p>{t('invitations.lead')}</p>
        {invitations.length > 0 && (
          <>
            <ul className="divide-y divide-line border-y border-line wrap-anywhere">
              {invitations.map(({ id, caseNumber, purpose, expiresAt }) => (
                <li key={id} className="py-2">
                  {t('invitations.waiting', { caseNumber, purpose, date: formatDate(expiresAt, locale) })}
                </li>
              ))}
            </ul>
            <AdviserForm id="invited" action={openInvited} purposes={[]} variant="secondary" words={{ ...words, submit: t('show'), code: { label: t('invitations.answer'), hint: t('code.hint') } }} />
          </>
        )}
        <details className="ds-details">
          <summary>{t('invitations.new')}</summary>
          <div>
            <AdviserForm
              id="invite"
              action={invite}
              purposes={purposes}
              variant="secondary"
              words={{ ...words, problem: t('invitations.problem'), submit: t('invitations.make'), errand, made: { title: t('invitations.made.title'), body: t('invitations.made.body', { days: invitationDays }), label: t('invitations.made.label') } }}
            />
          </div>
        </details>
      </section>
    </>
  )
}

function View({ share: { id, openedAt, caseNumber }, end }: AdviserView) {
  const t = useTranslations('adviser')
  const locale = useLocale()
  const time = openedAt ? formatTime(openedAt, locale) : ''
  if (end === null)
    return (
      <li className="flex flex-wrap items-baseline gap-x-4 py-3">
        <a className="ds-link font-semibold" href={`/staff/view/${id}`}>
          {t('running.open', { caseNumber: caseNumber ?? '', time })}
        </a>
        <span>{t('running.openState')}</span>
      </li>
    )
  return (
    <li className="flex flex-wrap items-baseline gap-x-4 py-3 text-muted">
      <span>{t('running.ended', { caseNumber: caseNumber ?? '', time })}</span>
      <span>{end === 'own' || end === 'protected' ? t(`problem.${end}`) : t(`ended.${end}`)}</span>
    </li>
  )
}
