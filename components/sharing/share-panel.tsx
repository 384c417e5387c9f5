import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { OwnShare } from '@/lib/sharing/own-share'
import { formatDateTime, formatTime } from '../dates'
import { ActionForm } from '../ui/action-form'
import type { FormAction } from '../ui/form-action'
import { Notice } from '../ui/notice'
import { SectionHeading } from '../ui/section-heading'
import { MinutesLeft } from './minutes-left'

/** Who asks, as the customer is told: no name unless the bank turned that on. */
export type Asker = { readonly name: string | null; readonly unit: string; readonly purpose: string; readonly caseNumber: string }
export const shareProblems = ['nothing-to-share', 'invitation-gone', 'too-many'] as const
export type ShareProblem = (typeof shareProblems)[number]

type Props = {
  readonly share: OwnShare | null
  /** The adviser who has opened it. */
  readonly by: Asker | null
  /** The adviser whose invitation the customer has followed. */
  readonly asker: Asker | null
  readonly problem: ShareProblem | null
  readonly bankName: string
  readonly now: Date
  readonly start: FormAction
  readonly stop: FormAction
}

/** Under the figures: the customer shows them to an adviser, sees that it is so, and stops it. */
export function SharePanel({ share, by, asker, problem, bankName, now, start, stop }: Props) {
  const t = useTranslations('share')
  const state = share?.state ?? 'none'
  return (
    <section id="share" className="grid gap-4 wrap-anywhere rounded-sheet border border-line p-5 sm:p-6" aria-labelledby="share-title">
      <SectionHeading id="share-title">{state === 'open' ? t('open.title') : t('title')}</SectionHeading>
      {problem && state !== 'waiting' && state !== 'open' && (
        <Notice tone="danger" title={t('problem.title')}>
          <p>{t(`problem.${problem}`)}</p>
        </Notice>
      )}
      {/* One live region for every state, so that a change is read out wherever the reader is. */}
      <div role="status" className="grid gap-4 empty:absolute">
        {share?.state === 'open' && by && <Open since={share.since} by={by} />}
        {share?.state === 'ended' && <p>{t(`ended.${share.end}`)}</p>}
        {share?.state === 'waiting' && <Code code={share.code} until={share.codeUntil} now={now} bankName={bankName} />}
      </div>
      {share?.state === 'waiting' || share?.state === 'open' ? (
        <div className="flex flex-wrap items-center gap-4">
          <ActionForm action={stop} variant={share.state === 'open' ? 'primary' : 'secondary'}>
            {share.state === 'open' ? t('open.stop') : t('code.cancel')}
          </ActionForm>
          <noscript>
            <a className="ds-link" href="/balance">
              {share.state === 'open' ? t('open.look') : t('code.look')}
            </a>
          </noscript>
        </div>
      ) : (
        <>
          {asker ? <Asked by={asker} /> : state === 'none' && <p>{t('lead')}</p>}
          <ActionForm action={start} variant="secondary">
            {state === 'ended' ? t('again') : t('start')}
          </ActionForm>
        </>
      )}
    </section>
  )
}

/** The code, large enough to read out from an arm's length, and sign by sign for who hears it. */
function Code({ code, until, now, bankName }: { readonly code: string; readonly until: Date; readonly now: Date; readonly bankName: string }) {
  const t = useTranslations('share.code')
  const locale = useLocale()
  const words = Array.from({ length: 11 }, (_, minutes) => t('left', { minutes }))
  return (
    <>
      <p className="font-semibold">{t('title')}</p>
      <p className="w-fit max-w-full rounded-sheet bg-tint px-5 py-3">
        <span className="text-[clamp(1.75rem,9vw,3.25rem)] leading-tight font-semibold tracking-wider whitespace-nowrap tabular-nums" aria-hidden="true">
          {code}
        </span>
        <span className="ds-sr-only">{t('spelled', { signs: [...code.replace(' ', '')].join(' ') })}</span>
      </p>
      <p>
        {t('until', { time: formatTime(until, locale) })} <MinutesLeft seconds={Math.floor((until.getTime() - now.getTime()) / 1000)} words={words} />
      </p>
      <p className="text-base text-muted">{t('once', { bank: bankName })}</p>
    </>
  )
}

function Open({ since, by }: { readonly since: Date; readonly by: Asker }) {
  const t = useTranslations('share.open')
  const time = formatDateTime(since, useLocale())
  const { name, unit, purpose, caseNumber } = by
  return (
    <div className="ds-alert space-y-2" data-color="info">
      <p className="font-semibold">{name === null ? t('body', { unit, time }) : t('named', { name, unit, time })}</p>
      <p>{t('errand', { purpose, caseNumber })}</p>
    </div>
  )
}

function Asked({ by: { name, unit, purpose, caseNumber } }: { readonly by: Asker }): ReactNode {
  const t = useTranslations('share')
  return (
    <div className="ds-alert space-y-2" data-color="info">
      <p className="font-semibold">{t('asked.title')}</p>
      <p>{name === null ? t('asked.body', { unit }) : t('asked.named', { name, unit })}</p>
      <p>{t('open.errand', { purpose, caseNumber })}</p>
      <p>
        {t('asked.choice')} {t('lead')}
      </p>
    </div>
  )
}
