import type { KeptPeriods, Period } from '@/lib/retention/policy'
import { facts, text, type Block, type Words } from '../sheet/sheet'

/** What is kept of a person, what for and for how long: the same on the page and in the file. */
export function keptBlocks(kept: KeptPeriods, t: Words): Block[] {
  const said = ({ unit, count }: Period) => t('myData.kept.period', { unit, count })
  const of = (what: 'nationalId' | 'balance' | 'logIns' | 'consents' | 'shares' | 'log', words: string) => [t(`myData.kept.${what}.term`), words] as const
  const log = kept.log ? t('myData.kept.log.until', { period: said(kept.log) }) : t('myData.kept.log.stays')
  return [
    facts(
      of('nationalId', t('myData.kept.nationalId.text', { period: said(kept.nationalId), stranger: said(kept.stranger) })),
      of('balance', t('myData.kept.balance.text')),
      of('logIns', t('myData.kept.logIns.text')),
      of('consents', t('myData.kept.consents.text', { period: said(kept.consents), unanswered: said(kept.unanswered) })),
      of('shares', t('myData.kept.shares.text', { period: said(kept.shares), unopened: said(kept.unopened) })),
      of('log', `${t('myData.kept.log.text')} ${log}`),
    ),
    text(t('myData.kept.erased')),
  ]
}
