import { useLocale, useTranslations } from 'next-intl'
import { formatDate } from '../dates'
import { ActionForm } from '../ui/action-form'
import type { FormAction } from '../ui/form-action'
import { Notice } from '../ui/notice'

type Props = {
  readonly id: string
  readonly validTo: Date
  /** True from 30 days before the end: then the person is told, and may renew. */
  readonly runsOut: boolean
  /** Where consents are withdrawn in Altinn. */
  readonly altinnUrl: string
  readonly renew: FormAction
  /** Gets the field `consent`. */
  readonly stopHere: FormAction
}

/** Under the balance: how long the consent lasts, and how to end it. */
export function YourConsent({ id, validTo, runsOut, altinnUrl, renew, stopHere }: Props) {
  const t = useTranslations('yourConsent')
  const date = formatDate(validTo, useLocale())
  return (
    <section className="grid gap-4" aria-labelledby="your-consent">
      <h2 id="your-consent" className="ds-heading font-semibold" data-size="2xs">
        {t('title')}
      </h2>
      {runsOut ? (
        <Notice tone="info" title={t('runsOut.title', { date })}>
          <p className="mb-4">{t('runsOut.body')}</p>
          <ActionForm action={renew}>{t('runsOut.renew')}</ActionForm>
        </Notice>
      ) : (
        <p>{t('active', { date })}</p>
      )}
      <details className="ds-details">
        <summary>{t('stop.question')}</summary>
        <div className="grid gap-4">
          <p>{t('stop.altinn')}</p>
          <p>{t('stop.here')}</p>
          <div className="flex flex-wrap items-center gap-4">
            <a className="ds-button" data-variant="secondary" href={altinnUrl}>
              {t('stop.toAltinn')}
            </a>
            <ActionForm action={stopHere} variant="secondary" fields={{ consent: id }}>
              {t('stop.stopHere')}
            </ActionForm>
          </div>
        </div>
      </details>
    </section>
  )
}
