import { useTranslations } from 'next-intl'
import type { Seen, SeenPage } from '@/lib/subject/who-has-seen'
import type { Locale } from '@/messages/locales'
import { formatDateTime, formatMonth } from '../dates'
import { SectionHeading } from '../ui/section-heading'
import { seenWords } from './seen-words'

type Props = { readonly seen: SeenPage; readonly older: boolean; readonly next: string | null; readonly bankName: string; readonly locale: Locale }

/** Every fetch and every look, by month, a page at a time. */
export function WhoHasSeen({ seen, older, next, bankName, locale }: Props) {
  const t = useTranslations('myData.seen')
  const inWords = useTranslations()
  const all = !older && next === null
  return (
    <section className="grid gap-4" aria-labelledby="seen">
      <SectionHeading id="seen">{t('title')}</SectionHeading>
      <p>{t('lead', { bank: bankName })}</p>
      {seen.entries.length === 0 && <p>{t('none')}</p>}
      {all && seen.entries.length > 0 && seen.entries.every(({ who }) => who.is === 'you') && <p>{t('onlyYou')}</p>}
      {byMonth(seen.entries, locale).map(([month, entries]) => (
        <div key={month} className="grid gap-2">
          <h3 className="font-semibold">{month}</h3>
          <ol className="divide-y divide-line border-y border-line">
            {entries.map((entry) => (
              <li key={entry.place.id} className="py-2">
                <time className="text-base text-muted" dateTime={entry.at.toISOString()}>{formatDateTime(entry.at, locale)}</time>
                <p className="wrap-anywhere">{seenWords(entry, { t: inWords, bankName })}</p>
              </li>
            ))}
          </ol>
        </div>
      ))}
      {(older || next !== null) && (
        <nav className="flex flex-wrap gap-4" aria-label={t('pages')}>
          {next !== null && (
            <a className="ds-button" data-variant="secondary" href={`/my-data?before=${next}#seen`}>
              {t('older')}
            </a>
          )}
          {older && (
            <a className="ds-button" data-variant="secondary" href="/my-data#seen">
              {t('newest')}
            </a>
          )}
        </nav>
      )}
      <p>{t('question', { bank: bankName })}</p>
    </section>
  )
}

function byMonth(entries: readonly Seen[], locale: Locale): [month: string, entries: Seen[]][] {
  const months: [string, Seen[]][] = []
  for (const entry of entries) {
    const month = formatMonth(entry.at, locale)
    const last = months.at(-1)
    if (last?.[0] === month) last[1].push(entry)
    else months.push([month, [entry]])
  }
  return months
}
