import { useTranslations } from 'next-intl'
import type { UpstreamState } from '@/lib/integrations/read-integrations'
import { formatSecond } from '../dates'
import { SectionHeading } from '../ui/section-heading'

/** One upstream: whether it works, when it last did, and what is amiss. */
export function UpstreamCard({ name, state, level, sight, gate, skew }: UpstreamState) {
  const t = useTranslations('staff.integrations.upstreams')
  const known = ['idporten', 'staff', 'maskinporten', 'altinn', 'altinn2', 'lanekassen'] as const
  const label = known.find((one) => one === name)
  return (
    <li className="grid content-start gap-2 rounded-sheet border border-line p-5">
      <SectionHeading id={`upstream-${name}`}>{label ? t(`names.${label}`) : name}</SectionHeading>
      <p className={level === 'good' ? undefined : 'font-semibold'}>{t(`states.${state === 'works' && level !== 'good' ? 'look' : state}`)}</p>
      {sight && sight.refusedKey !== null && <p>{t('keyRefused', { kid: sight.refusedKey })}</p>}
      {gate && <p>{t(`gates.${gate.gate}`, { time: formatSecond(gate.until) })}</p>}
      {skew !== null && <p>{t(skew > 0 ? 'skew.ahead' : 'skew.behind', { seconds: Math.abs(skew) })}</p>}
      <dl className="grid gap-x-4 text-base text-muted sm:grid-cols-[max-content_1fr]">
        <Fact term={t('okAt')}>{sight?.okAt ? formatSecond(sight.okAt) : t('never')}</Fact>
        {sight?.failedAt && (
          <Fact term={t('failedAt')}>
            {formatSecond(sight.failedAt)} (<code lang="en">{sight.failure}</code>)
          </Fact>
        )}
        {sight && sight.skewSeconds !== null && skew === null && <Fact term={t('clock')}>{t('inStep')}</Fact>}
      </dl>
    </li>
  )
}

const Fact = ({ term, children }: { readonly term: string; readonly children: React.ReactNode }) => (
  <>
    <dt>{term}</dt>
    <dd className="tabular-nums">{children}</dd>
  </>
)
