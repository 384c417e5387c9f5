import { useTranslations } from 'next-intl'
import type { LoanPart } from '@/lib/sources/lanekassen/balance'

/** What a part is called: our own words for the four known ones, Lånekassen's for any other. */
export function usePartWords() {
  const t = useTranslations('balance.parts')
  return {
    nameOf: ({ kind, name }: LoanPart) => (kind === 'other' ? t('other.name', { name }) : t(`${kind}.name`)),
    inSentence: ({ kind, name }: LoanPart) => (kind === 'other' ? t('other.inSentence', { name }) : t(`${kind}.inSentence`)),
    meaningOf: ({ kind }: LoanPart) => t(`${kind}.meaning`),
  }
}
