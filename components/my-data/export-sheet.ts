import { format } from '@/lib/money'
import type { KeptPeriods } from '@/lib/retention/policy'
import type { StudentLoanBalance } from '@/lib/sources/lanekassen/balance'
import type { Everything } from '@/lib/subject/export-everything'
import type { Locale } from '@/messages/locales'
import { formatDate, formatDateTime } from '../dates'
import { facts, subheading, text, type Block, type Sheet, type Words } from '../sheet/sheet'
import { keptBlocks } from './kept-words'
import { seenWords } from './seen-words'
import { since } from './since'

type Setting = { readonly t: Words; readonly locale: Locale; readonly bankName: string }

/** Everything held about a person, to be read. */
export function exportSheet(all: Everything<StudentLoanBalance>, { t, locale, bankName, kept }: Setting & { readonly kept: KeptPeriods }): Sheet {
  const time = (at: Date | null) => at && formatDateTime(at, locale)
  return {
    title: t('exported.title'),
    lang: locale,
    lead: [t('exported.lead', { time: formatDateTime(all.takenAt, locale), bank: bankName })],
    sections: [
      { heading: t('exported.person.title'), blocks: [facts([t('exported.person.nationalId'), all.person.nationalId], [t('exported.person.reference'), all.person.reference], [t('exported.person.since'), time(all.person.knownSince)])] },
      { heading: t('exported.logIns.title'), blocks: all.logIns.map((logIn) => facts([t('exported.logIns.started'), time(logIn.createdAt)], [t('exported.logIns.seen'), time(logIn.lastSeenAt)], [t('exported.logIns.ends'), time(logIn.expiresAt)], [t('exported.logIns.level'), logIn.acr])) },
      { heading: t('exported.balance.title'), blocks: balanceBlocks(all.balance, { t, locale }) },
      { heading: t('exported.consents.title'), blocks: all.consents.length === 0 ? [text(t('exported.consents.none'))] : all.consents.flatMap((consent) => consentBlocks(consent, { t, locale })) },
      { heading: t('exported.shares.title'), blocks: all.shares.length === 0 ? [text(t('exported.shares.none'))] : all.shares.flatMap((share) => shareBlocks(share, { t, locale, bankName })) },
      { heading: t('myData.kept.title'), blocks: keptBlocks(kept, t) },
      { heading: t('myData.seen.title'), blocks: all.seen.length === 0 ? [text(t('myData.seen.none'))] : [{ kind: 'table', columns: [t('exported.seen.time'), t('exported.seen.what')], rows: all.seen.map((seen) => [formatDateTime(seen.at, locale), seenWords(seen, { t, bankName })]) }] },
      {
        heading: t('exported.log.title'),
        blocks: [
          text(t('exported.log.lead')),
          { kind: 'table', columns: [t('exported.log.time'), t('exported.log.event'), t('exported.log.outcome'), t('exported.log.actor')], rows: all.log.map(({ at, type, outcome, actor }) => [formatDateTime(at, locale), type, outcome ?? '', actor]) },
        ],
      },
    ],
  }
}

type Speaking = Omit<Setting, 'bankName'>

function balanceBlocks(balance: Everything<StudentLoanBalance>['balance'], { t, locale }: Speaking): Block[] {
  if (!balance) return [text(t('exported.balance.none'))]
  const { parts, total } = balance.value
  const kroner = (amount: (typeof parts)[number]['amount']) => (amount ? format(amount, locale) : t('exported.balance.unknown'))
  const nameOf = ({ kind, name }: (typeof parts)[number]) => (kind === 'other' ? t('balance.parts.other.name', { name }) : t(`balance.parts.${kind}.name`))
  return [facts([t('exported.balance.fetched'), formatDateTime(balance.fetchedAt, locale)], ...parts.map((part) => [nameOf(part), kroner(part.amount)] as const), [t('balance.table.sum'), kroner(total)])]
}

function consentBlocks(consent: Everything<StudentLoanBalance>['consents'][number], { t, locale }: Speaking): Block[] {
  const words = (key: 'status' | 'asked' | 'settled' | 'until' | 'resource' | 'coveredBy' | 'handledBy' | 'notice' | 'language' | 'known' | 'lastRead' | 'stopped') => t(`exported.consents.${key}`)
  const time = (at: Date | null) => at && formatDateTime(at, locale)
  const date = formatDate(since(consent, consent.state), locale)
  return [
    subheading(t('exported.consents.consent', { id: consent.id })),
    facts(
      [words('status'), t(`myData.consents.states.${consent.state}`, { date })],
      [words('asked'), time(consent.requestedAt)],
      [words('settled'), time(consent.settledAt)],
      [words('stopped'), time(consent.stoppedHereAt)],
      [words('until'), time(consent.validTo)],
      [words('resource'), consent.resource],
      [words('coveredBy'), consent.coveredBy],
      [words('handledBy'), consent.handledBy],
      [words('notice'), consent.noticeVersion],
      [words('language'), consent.noticeLanguage],
      [words('known'), time(consent.sourceKnowsSince)],
      [words('lastRead'), time(consent.lastReadAt)],
    ),
  ]
}

function shareBlocks({ openedAt, endedAt, name, unit, purpose, caseNumber }: Everything<StudentLoanBalance>['shares'][number], { t, locale, bankName }: Setting): Block[] {
  const words = (key: 'opened' | 'ended' | 'adviser' | 'unit' | 'purpose' | 'case') => t(`exported.shares.${key}`)
  const time = (at: Date) => formatDateTime(at, locale)
  return [facts([words('opened'), time(openedAt)], [words('ended'), endedAt ? time(endedAt) : t('exported.shares.still')], [words('adviser'), name], [words('unit'), unit ?? bankName], [words('purpose'), purpose], [words('case'), caseNumber])]
}
