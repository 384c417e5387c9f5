import { getRequestConfig } from 'next-intl/server'
import { cookies } from 'next/headers'
import { defaultLocale, isLocale, localeCookie } from '@/messages/locales'
import { messages } from '@/messages/messages'

/** The person's chosen language, from a cookie; bokmål until they choose. */
export default getRequestConfig(async () => {
  const chosen = (await cookies()).get(localeCookie)?.value
  const locale = isLocale(chosen) ? chosen : defaultLocale
  return { locale, messages: messages[locale], timeZone: 'Europe/Oslo' }
})
