import { useTranslations } from 'next-intl'
import type { JobRun } from '@/lib/integrations/job-run-store'
import type { Integrations, Level } from '@/lib/integrations/read-integrations'
import type { Locale } from '@/messages/locales'
import { formatDate, formatSecond } from '../dates'
import { Notice, type NoticeTone } from '../ui/notice'
import { PageHeading } from '../ui/page-heading'
import { SectionHeading } from '../ui/section-heading'
import { UpstreamCard } from './upstream-card'

const tones: Record<Level, NoticeTone> = { good: 'success', look: 'warning', bad: 'danger' }

/** `/staff/integrations`: all that the service relies on, as it was last seen. */
export function IntegrationsPage({ state, locale }: { readonly state: Integrations; readonly locale: Locale }) {
  const t = useTranslations('staff.integrations')
  const { level, upstreams, keys, keyTroubles, feeds, jobs, logoMissing } = state
  return (
    <>
      <PageHeading>{t('title')}</PageHeading>
      <Notice tone={tones[level]} title={t(`levels.${level}`)}>
        <p>{t('asSeen')}</p>
        {logoMissing && <p>{t('logoMissing')}</p>}
      </Notice>
      <section className="grid gap-4" aria-labelledby="upstreams">
        <SectionHeading id="upstreams">{t('upstreams.title')}</SectionHeading>
        <ul className="grid gap-4 lg:grid-cols-2">
          {upstreams.map((upstream) => (
            <UpstreamCard key={upstream.name} {...upstream} />
          ))}
        </ul>
      </section>
      <section className="grid gap-4" aria-labelledby="keys">
        <SectionHeading id="keys">{t('keys.title')}</SectionHeading>
        {keyTroubles.map((setting) => (
          <Notice key={setting} tone="warning">
            <p>{t('keys.trouble', { setting })}</p>
          </Notice>
        ))}
        <ul className="divide-y divide-line border-y border-line">
          {keys.map(({ setting, id, kind, signs, bits, daysLeft, expiresAt, level: age }) => (
            <li key={`${setting} ${id}`} className="grid gap-1 py-3">
              <p>
                <strong className="font-semibold">{setting}</strong> <code className="break-all">{id}</code>
              </p>
              <p className="text-base">
                {t(`keys.kinds.${kind}`, { bits })} {t(signs ? 'keys.signs' : 'keys.waits')}
              </p>
              <p className={age === 'good' ? 'text-base text-muted' : 'font-semibold'}>
                {expiresAt === null || daysLeft === null ? t('keys.ageUnknown') : t('keys.left', { days: daysLeft, over: String(daysLeft < 0), date: formatDate(expiresAt, locale) })}
              </p>
            </li>
          ))}
        </ul>
      </section>
      <section className="grid gap-4" aria-labelledby="feeds">
        <SectionHeading id="feeds">{t('feeds.title')}</SectionHeading>
        {feeds.length === 0 && <p>{t('feeds.none')}</p>}
        {feeds.map(({ name, readUpTo, askedAt, late }) => (
          <p key={name} className={late ? 'font-semibold' : undefined}>
            {t('feeds.read', { readUpTo: formatSecond(readUpTo), askedAt: formatSecond(askedAt) })} {late && t('feeds.late')}
          </p>
        ))}
      </section>
      <section className="grid gap-4" aria-labelledby="jobs">
        <SectionHeading id="jobs">{t('jobs.title')}</SectionHeading>
        {jobs === null && <p className="font-semibold">{t('jobs.unknown')}</p>}
        {jobs && (
          <>
            <p className={jobs.level === 'good' ? undefined : 'font-semibold'}>{t('jobs.waiting', { waiting: jobs.waiting, givenUp: jobs.givenUp })}</p>
            <ul className="divide-y divide-line border-y border-line">
              {jobs.runs.map(({ name, known, lastRun }) => (
                <li key={name} className="flex flex-wrap justify-between gap-x-6 py-2 text-base">
                  <JobTitle name={name} known={known} />
                  <span className="text-muted tabular-nums">{lastRun ? formatSecond(lastRun) : t('jobs.never')}</span>
                </li>
              ))}
            </ul>
          </>
        )}
      </section>
    </>
  )
}

/** What the job does, and under it the name that the log knows it by. */
function JobTitle({ name, known }: Pick<JobRun, 'name' | 'known'>) {
  const t = useTranslations('staff.integrations.jobs.names')
  return (
    <span className="grid">
      {known && <span>{t(known)}</span>}
      <code className="text-muted" lang="en">
        {name}
      </code>
    </span>
  )
}
