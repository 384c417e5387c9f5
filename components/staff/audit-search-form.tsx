import { useTranslations } from 'next-intl'
import { auditEventTypes, type AuditEventType } from '@/lib/audit/audit-event'
import { actorKinds } from '@/lib/audit/audit-filter'
import type { AuditSearch } from './audit-search'

type Props = { readonly search: AuditSearch; readonly wrong: readonly (keyof AuditSearch)[]; /** Employees by their random names. */ readonly staff: readonly { readonly ref: string; readonly name: string | null }[] }

/** Asks for lines of the log. By an address, so that a search can be kept and come back to: nothing in it says who anybody is. */
export function AuditSearchForm({ search, wrong, staff }: Props) {
  const t = useTranslations('staff.audit')
  const problem = (name: keyof AuditSearch) => (wrong.includes(name) ? t(`search.wrong.${name}`) : null)
  return (
    <form method="get" action="/staff/audit" className="grid gap-4" aria-label={t('search.title')}>
      <div className="grid items-end gap-4 sm:grid-cols-2 lg:grid-cols-4">
        <Field name="from" label={t('search.from')} problem={problem('from')}>
          <input {...asked('from', search, problem)} type="date" />
        </Field>
        <Field name="to" label={t('search.to')} problem={problem('to')}>
          <input {...asked('to', search, problem)} type="date" />
        </Field>
        <Field name="type" label={t('search.type')} problem={problem('type')}>
          <select {...asked('type', search, problem)}>
            <option value="">{t('search.any')}</option>
            {auditEventTypes.map((type) => (
              <option key={type} value={type}>
                {t(eventKey(type))}
              </option>
            ))}
          </select>
        </Field>
        <Field name="actor" label={t('search.actor')} problem={problem('actor')}>
          <select {...asked('actor', search, problem)}>
            <option value="">{t('search.any')}</option>
            {actorKinds.map((kind) => (
              <option key={kind} value={kind}>
                {t(`actors.${kind}`)}
              </option>
            ))}
            {staff.map(({ ref, name }) => (
              <option key={ref} value={ref}>
                {name ?? ref}
              </option>
            ))}
          </select>
        </Field>
        <Field name="case" label={t('search.case')} problem={problem('case')}>
          <input {...asked('case', search, problem)} type="text" maxLength={40} autoComplete="off" />
        </Field>
        <Field name="reference" label={t('search.reference')} problem={problem('reference')}>
          <input {...asked('reference', search, problem)} type="text" maxLength={20} autoComplete="off" />
        </Field>
        <div className="sm:col-span-2">
          <Field name="person" label={t('search.person')} problem={problem('person')}>
            <input {...asked('person', search, problem)} type="text" maxLength={40} autoComplete="off" />
          </Field>
        </div>
      </div>
      <div className="flex flex-wrap gap-4">
        <button className="ds-button" type="submit">
          {t('search.button')}
        </button>
        <a className="ds-button" data-variant="secondary" href="/staff/audit">
          {t('search.clear')}
        </a>
      </div>
    </form>
  )
}

/** The words of an event: its name with the dot leads to them. */
export const eventKey = <Type extends AuditEventType>(type: Type) => `events.${type}` as const

const asked = (name: keyof AuditSearch, search: AuditSearch, problem: (name: keyof AuditSearch) => string | null) => ({
  // A date that is none cannot stand in a field for dates.
  id: `search-${name}`, name, defaultValue: problem(name) && (name === 'from' || name === 'to') ? '' : search[name], className: 'ds-input', 'aria-invalid': problem(name) ? (true as const) : undefined, 'aria-describedby': problem(name) ? `search-${name}-problem` : undefined,
})

function Field({ name, label, problem, children }: { readonly name: string; readonly label: string; readonly problem: string | null; readonly children: React.ReactNode }) {
  return (
    <div className="ds-field">
      <label className="ds-label font-semibold" htmlFor={`search-${name}`}>
        {label}
      </label>
      {problem && (
        <p id={`search-${name}-problem`} className="ds-validation-message" data-color="danger" role="alert">
          {problem}
        </p>
      )}
      {children}
    </div>
  )
}
