import { useTranslations } from 'next-intl'
import type { LoanPart } from '@/lib/sources/lanekassen/balance'

/** What a part is called: our own words for the four known ones, Lånekassen's for any other. */
export function usePartWords() {
  const t = useTranslations('balance.parts')
  return {
    nameOf: ({ kind, name }: LoanPart) => t(`${kind}.name`, { name }),
    inSentence: ({ kind, name }: LoanPart) => t(`${kind}.inSentence`, { name }),
    meaningOf: ({ kind }: LoanPart) => t(`${kind}.meaning`),
  }
}
