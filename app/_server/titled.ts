import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import type { Messages } from '@/messages/messages'
import { services } from './services'

/** A page's metadata: its title in the person's language, and whose page it is. */
export const titled = (title: keyof Messages['titles']) => async (): Promise<Metadata> => ({
  title: `${(await getTranslations('titles'))(title)} – ${(await services()).config.BANK_NAME}`,
})
