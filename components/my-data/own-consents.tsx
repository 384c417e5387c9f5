import { useLocale, useTranslations } from 'next-intl'
import { isMigrated } from '@/lib/consent/consent'
import type { OwnConsent } from '@/lib/subject/my-data'
import { noticeWords } from '@/messages/notices/notices'
import { formatDate, formatDateTime } from '../dates'
import { facts } from '../sheet/sheet'
import { Blocks } from '../sheet/sheet-view'
import { ActionForm } from '../ui/action-form'
import type { FormAction } from '../ui/form-action'
import { SectionHeading } from '../ui/section-heading'
import { noticeQuote, noticeRead } from './notice-words'
import { since } from './since'

type Common = { readonly bankName: string; readonly altinnUrl: string; readonly stopHere: FormAction }

/** Every consent the person has been asked for, the newest first. */
export function OwnConsents({ consents, ...common }: Common & { readonly consents: readonly OwnConsent[] }) {
  const t = useTranslations('myData.consents')
  return (
    <section className="grid gap-4" aria-labelledby="consents">
      <SectionHeading id="consents">{t('title')}</SectionHeading>
      {consents.length === 0 && <p>{t('none')}</p>}
      {consents.length > 0 && (
        <ul className="grid gap-4">
          {consents.map((own) => (
            <li key={own.consent.id} className="grid gap-3 rounded-sheet border border-line p-5">
              <One {...own} {...common} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function One({ bankName, altinnUrl, stopHere, ...own }: OwnConsent & Common) {
  const t = useTranslations('myData.consents')
  const stop = useTranslations('yourConsent.stop')
  const locale = useLocale()
  const { consent, state, hasReceipt, notice } = own
  const read = noticeRead({ ...notice, language: consent.noticeLanguage, bank: consent.coveredByName ?? bankName, validTo: consent.validTo }, locale)
  const migrated = isMigrated(consent)
  const which = migrated ? t('readInAltinn2') : read?.known ? t('versionIn', { version: consent.noticeVersion, language: t(`languages.${read.lang}`) }) : t('version', { version: consent.noticeVersion })
  const asked = formatDateTime(consent.requestedAt, locale)
  const about = (action: string) => t('about', { action, date: asked })
  return (
    <>
      <h3 className="ds-heading font-semibold" data-size="2xs">
        {t('name')}
      </h3>
      <p>
        <strong className="font-semibold">{t(`states.${state}`, { date: formatDate(since(consent, state), locale) })}</strong>
      </p>
      {state === 'stopped-here' && <p>{t('stoppedHere')}</p>}
      <Blocks blocks={[facts([t('purpose'), noticeWords(notice.words, locale)?.why.text ?? null], [migrated ? t('broughtOver') : t('asked'), asked], [t('lastRead'), consent.lastReadAt ? formatDateTime(consent.lastReadAt, locale) : t('never')], [t('words'), which])]} />
      {!migrated && <details className="ds-details">
        <summary aria-label={about(t('readWords'))}>{t('readWords')}</summary>
        <div className="grid gap-3">
          {read && !read.known && <p>{t('languageUnknown')}</p>}
          {read ? <Blocks blocks={[noticeQuote(read)]} /> : <p>{t('wordsLost')}</p>}
        </div>
      </details>}
      <div className="flex flex-wrap items-center gap-4 empty:hidden">
        {hasReceipt && (
          <a className="ds-button" data-variant="secondary" href={`/my-data/receipt/${consent.id}`} aria-label={about(t('receipt'))}>
            {t('receipt')}
          </a>
        )}
        {state === 'unanswered' && (
          <a className="ds-button" data-variant="secondary" href={`/consent/${consent.id}`}>
            {t('request')}
          </a>
        )}
        {state === 'active' && (
          <>
            <a className="ds-button" data-variant="secondary" href={altinnUrl}>
              {stop('toAltinn')}
            </a>
            <ActionForm action={stopHere} variant="secondary" fields={{ consent: consent.id }}>
              {stop('stopHere')}
            </ActionForm>
          </>
        )}
      </div>
      {state === 'active' && (
        <div className="grid gap-2 text-base">
          <p>{stop('altinn')}</p>
          <p>{stop('here')}</p>
        </div>
      )}
    </>
  )
}
