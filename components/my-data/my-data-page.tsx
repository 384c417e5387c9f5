import { useLocale, useTranslations } from 'next-intl'
import type { KeptPeriods } from '@/lib/retention/policy'
import type { MyData } from '@/lib/subject/my-data'
import { Blocks } from '../sheet/sheet-view'
import type { FormAction } from '../ui/form-action'
import { PageHeading } from '../ui/page-heading'
import { SectionHeading } from '../ui/section-heading'
import { keptBlocks } from './kept-words'
import { OwnConsents } from './own-consents'
import { WhoHasSeen } from './who-has-seen'

type Props = {
  readonly data: MyData
  /** True when the list of look-ups begins somewhere back in time. */
  readonly older: boolean
  /** Where the next page of look-ups begins, for an address. */
  readonly next: string | null
  readonly kept: KeptPeriods
  readonly bankName: string
  readonly altinnUrl: string
  /** Gets the field `consent`. */
  readonly stopHere: FormAction
}

/** `/my-data`: every consent, who has seen what, and what can be taken or erased. */
export function MyDataPage({ data, older, next, kept, bankName, altinnUrl, stopHere }: Props) {
  const t = useTranslations('myData')
  const inWords = useTranslations()
  const locale = useLocale()
  return (
    <>
      <PageHeading>{t('title')}</PageHeading>
      <p className="text-xl">{t('lead', { bank: bankName })}</p>
      <OwnConsents consents={data.consents} bankName={bankName} altinnUrl={altinnUrl} stopHere={stopHere} />
      <WhoHasSeen seen={data.seen} older={older} next={next} bankName={bankName} locale={locale} />
      <section className="grid gap-4" aria-labelledby="download">
        <SectionHeading id="download">{t('download.title')}</SectionHeading>
        <p>{t('download.body')}</p>
        <div className="flex flex-wrap gap-4">
          <a className="ds-button" data-variant="secondary" href="/my-data/export.html" download="">
            {t('download.html')}
          </a>
          <a className="ds-button" data-variant="secondary" href="/my-data/export.json" download="">
            {t('download.json')}
          </a>
        </div>
      </section>
      <section className="grid gap-4" aria-labelledby="kept">
        <SectionHeading id="kept">{t('kept.title')}</SectionHeading>
        <Blocks blocks={keptBlocks(kept, inWords)} />
      </section>
      <section className="grid gap-4" aria-labelledby="erase">
        <SectionHeading id="erase">{t('erase.title')}</SectionHeading>
        <p>{t('erase.body')}</p>
        {data.erasable ? (
          <div>
            <a className="ds-button" data-variant="secondary" data-color="danger" href="/my-data/erase">
              {t('erase.next')}
            </a>
          </div>
        ) : (
          <p>{t('erase.open')}</p>
        )}
      </section>
    </>
  )
}
