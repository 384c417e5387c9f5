import { useTranslations } from 'next-intl'
import type { AuditEntry } from '@/lib/audit/audit-reading-store'
import type { SealStatus } from '@/lib/audit/seal-status'
import type { FormAction } from '../ui/form-action'
import { Notice } from '../ui/notice'
import { PageHeading } from '../ui/page-heading'
import { SectionHeading } from '../ui/section-heading'
import { AuditEntries } from './audit-entries'
import { searchAddress, type AuditSearch } from './audit-search'
import { AuditSearchForm } from './audit-search-form'
import { FindPersonForm, type Finding } from './find-person-form'
import { SealStatusView } from './seal-status'

/** Why there are no lines to see, or no file. */
export const auditTroubles = ['too-slow', 'too-many'] as const
export type AuditTrouble = (typeof auditTroubles)[number]

type Props = {
  readonly search: AuditSearch
  readonly wrong: readonly (keyof AuditSearch)[]
  /** Null when they could not be had. */
  readonly entries: readonly AuditEntry[] | null
  /** Where the next page begins, for an address; null on the last. */
  readonly next: string | null
  /** True when the list begins somewhere back in time. */
  readonly older: boolean
  readonly trouble: AuditTrouble | null
  readonly staff: readonly { readonly ref: string; readonly name: string | null }[]
  readonly seal: SealStatus
  readonly mostCounted: number
  readonly mostExported: number
  /** Gets the field `nationalId`. */
  readonly findPerson: FormAction
  readonly finding: Finding | null
}

/** `/staff/audit` */
export function AuditPage({ search, wrong, entries, next, older, trouble, staff, seal, mostCounted, mostExported, findPerson, finding }: Props) {
  const t = useTranslations('staff.audit')
  const names = new Map(staff.flatMap(({ ref, name }) => (name === null ? [] : [[ref, name] as const])))
  return (
    <>
      <PageHeading>{t('title')}</PageHeading>
      <p className="text-xl">{t('lead')}</p>
      <section className="grid gap-4" aria-labelledby="search">
        <SectionHeading id="search">{t('search.title')}</SectionHeading>
        <AuditSearchForm search={search} wrong={wrong} staff={staff} />
        <FindPersonForm find={findPerson} finding={finding} />
      </section>
      <section className="grid gap-4" aria-labelledby="entries">
        <SectionHeading id="entries">{search.person !== '' && wrong.length === 0 ? t('history') : t('entries')}</SectionHeading>
        {trouble && (
          <Notice tone="warning">
            <p>{t(`troubles.${trouble}`, { count: mostExported })}</p>
          </Notice>
        )}
        {wrong.length > 0 && <p>{t('cannot')}</p>}
        {entries && <AuditEntries entries={entries} names={names} />}
        {(older || next !== null) && (
          <nav className="flex flex-wrap gap-4" aria-label={t('pages')}>
            {next !== null && (
              <a className="ds-button" data-variant="secondary" href={`${searchAddress('/staff/audit', search, { before: next })}#entries`}>
                {t('older')}
              </a>
            )}
            {older && (
              <a className="ds-button" data-variant="secondary" href={`${searchAddress('/staff/audit', search)}#entries`}>
                {t('newest')}
              </a>
            )}
          </nav>
        )}
      </section>
      <section className="grid gap-4" aria-labelledby="export">
        <SectionHeading id="export">{t('export.title')}</SectionHeading>
        <p>{t('export.body', { count: mostExported })}</p>
        <div className="flex flex-wrap gap-4">
          {(['jsonl', 'csv'] as const).map((form) => (
            <a key={form} className="ds-button" data-variant="secondary" href={searchAddress(`/staff/audit/export.${form}`, search)} download="">
              {t(`export.${form}`)}
            </a>
          ))}
        </div>
      </section>
      <section className="grid gap-4" aria-labelledby="seal">
        <SectionHeading id="seal">{t('seal.title')}</SectionHeading>
        <SealStatusView status={seal} mostCounted={mostCounted} />
      </section>
    </>
  )
}
