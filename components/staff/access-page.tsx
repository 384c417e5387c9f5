import { useTranslations } from 'next-intl'
import type { ProtectedEntry } from '@/lib/staff/protected-person-store'
import type { StaffMember } from '@/lib/staff/staff-store'
import { formatSecond } from '../dates'
import { ActionForm } from '../ui/action-form'
import type { FormAction } from '../ui/form-action'
import { Notice } from '../ui/notice'
import { PageHeading } from '../ui/page-heading'
import { SectionHeading } from '../ui/section-heading'
import { SubmitButton } from '../ui/submit-button'
import { NationalIdField } from './national-id-field'

/** What came of what the admin just did. */
export const accessNews = ['ended', 'added', 'there-already', 'removed', 'not-there', 'not-an-id'] as const
export type AccessNews = (typeof accessNews)[number]

type Props = {
  readonly members: readonly StaffMember[]
  readonly entries: readonly ProtectedEntry[]
  readonly news: AccessNews | null
  /** Gets the field `staff`. */
  readonly endSessions: FormAction
  /** Gets the fields `nationalId` and `change`. */
  readonly changeProtection: FormAction
}

/** `/staff/access`: who of the bank's has been let in, and whose figures no adviser opens. */
export function AccessPage({ members, entries, news, endSessions, changeProtection }: Props) {
  const t = useTranslations('staff.access')
  const names = new Map(members.map(({ ref, name }) => [ref, name]))
  const wrong = news === 'not-an-id'
  return (
    <>
      <PageHeading step={news ?? 'access'}>{t('title')}</PageHeading>
      {news && (
        <Notice tone={wrong ? 'warning' : news === 'there-already' || news === 'not-there' ? 'info' : 'success'}>
          <p>{t(`news.${news}`)}</p>
        </Notice>
      )}
      <section className="grid gap-4" aria-labelledby="members">
        <SectionHeading id="members">{t('members.title')}</SectionHeading>
        <p>{t('members.lead')}</p>
        <ul className="divide-y divide-line border-y border-line">
          {members.map(({ ref, name, unit, lastLogInAt, sessions }) => (
            <li key={ref} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-3">
              <div className="grid min-w-0 gap-1">
                <strong className="font-semibold">{name ?? t('members.unnamed')}</strong>
                <span className="text-base text-muted">{t('members.seen', { unit: unit ?? 'none', time: formatSecond(lastLogInAt), sessions })}</span>
              </div>
              {sessions > 0 && (
                <ActionForm action={endSessions} variant="secondary" fields={{ staff: ref }}>
                  {t('members.end', { name: name ?? t('members.unnamed') })}
                </ActionForm>
              )}
            </li>
          ))}
        </ul>
      </section>
      <section className="grid gap-4" aria-labelledby="protected">
        <SectionHeading id="protected">{t('protected.title')}</SectionHeading>
        <p>{t('protected.lead')}</p>
        <ProtectionForm changeProtection={changeProtection} wrong={wrong} />
        <p>{t('protected.count', { count: entries.length })}</p>
        {entries.length > 0 && (
          <ul className="divide-y divide-line border-y border-line text-base">
            {entries.map(({ addedAt, addedBy }, nr) => (
              <li key={nr} className="py-2">
                {t('protected.entry', { time: formatSecond(addedAt), name: names.get(addedBy) ?? t('members.unnamed') })}
              </li>
            ))}
          </ul>
        )}
      </section>
    </>
  )
}

function ProtectionForm({ changeProtection, wrong }: { readonly changeProtection: FormAction; readonly wrong: boolean }) {
  const t = useTranslations('staff.access')
  const all = useTranslations()
  return (
    <form action={changeProtection} className="grid justify-items-start gap-4">
      <NationalIdField label={t('protected.label')} why={t('protected.why')} problem={wrong ? t('news.not-an-id') : null} />
      <fieldset className="ds-fieldset grid gap-2">
        <legend className="ds-label font-semibold">{t('protected.change')}</legend>
        {(['add', 'remove'] as const).map((change) => (
          <div key={change} className="flex items-center gap-2">
            <input id={`change-${change}`} className="ds-input" type="radio" name="change" value={change} defaultChecked={change === 'add'} />
            <label htmlFor={`change-${change}`}>{t(`protected.${change}`)}</label>
          </div>
        ))}
      </fieldset>
      <SubmitButton pending={all('pending')} variant="secondary">
        {t('protected.button')}
      </SubmitButton>
    </form>
  )
}
