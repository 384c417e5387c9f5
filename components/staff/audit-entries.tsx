import { useTranslations } from 'next-intl'
import { kindOfActor, staffRefOf } from '@/lib/audit/audit-event'
import type { AuditEntry } from '@/lib/audit/audit-reading-store'
import { formatSecond } from '../dates'
import { searchAddress } from './audit-search'
import { eventKey } from './audit-search-form'

type Names = ReadonlyMap<string, string>

/** Lines of the log, the newest first. */
export function AuditEntries({ entries, names }: { readonly entries: readonly AuditEntry[]; /** Employees' names by their random ones. */ readonly names: Names }) {
  const t = useTranslations('staff.audit')
  if (entries.length === 0) return <p>{t('none')}</p>
  return (
    <ol className="divide-y divide-line border-y border-line">
      {entries.map((entry) => (
        <li key={entry.id} className="grid gap-x-6 gap-y-1 py-3 lg:grid-cols-[11rem_1fr]">
          <time className="text-base text-muted tabular-nums" dateTime={entry.at.toISOString()}>
            {formatSecond(entry.at)}
          </time>
          <Entry {...entry} names={names} />
        </li>
      ))}
    </ol>
  )
}

function Entry({ names, ...entry }: AuditEntry & { readonly names: Names }) {
  const t = useTranslations('staff.audit')
  const { type, actor, outcome, subjectRef, consentId, correlationId, position, errand } = entry
  const employee = staffRefOf(actor) ?? errand?.staffRef ?? null
  const who = employee === null ? t(`actors.${kindOfActor(actor)}`) : (names.get(employee) ?? t('unnamed'))
  return (
    <div className="grid min-w-0 gap-1">
      <p>
        <strong className="font-semibold">{t(eventKey(type))}</strong>
        {outcome !== null && (
          <>
            {' – '}
            <code lang="en">{outcome}</code>
          </>
        )}
      </p>
      <p className="text-base">
        {employee === null ? who : t('employee', { name: who, unit: errand?.unit ?? 'none' })}
        {errand && <> – {t('errand', { purpose: errand.purpose, case: errand.caseNumber })}</>}
      </p>
      <p className="flex flex-wrap gap-x-4 text-base text-muted">
        {subjectRef !== null && (
          <span>
            {t('person')}{' '}
            <a className="ds-link break-all" href={searchAddress('/staff/audit', { person: subjectRef })}>
              {subjectRef}
            </a>
          </span>
        )}
        {consentId !== null && <span className="break-all">{t('consent', { id: consentId })}</span>}
        <span>
          {t('reference')}{' '}
          <a className="ds-link" href={searchAddress('/staff/audit', { reference: correlationId })}>
            {correlationId}
          </a>
        </span>
        <span>{position === null ? t('unsealed') : t('sealed', { position })}</span>
      </p>
    </div>
  )
}
