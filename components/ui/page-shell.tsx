import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { systemClock } from '@/lib/clock'
import { localeNames, locales, type Locale } from '@/messages/locales'
import { BackGuard } from './back-guard'
import type { FormAction } from './form-action'
import { doors, type Whose } from './doors'
import { LogOutForm } from './log-out-form'
import { SessionTimer, type SessionTimerWords } from './session-timer'

/** The log-in that this page was drawn for. */
export type ShellSession = {
  /** How long the session lives without a request, in seconds. */
  readonly idleSeconds: number
  /** When it ends if the person does nothing more, in epoch milliseconds. */
  readonly idleEnd: number
  /** When it ends whatever happens, in epoch milliseconds. */
  readonly absoluteEnd: number
  /** Tells the server that the person is still here; sends them to /logged-out if the session is gone. */
  readonly touch: () => Promise<void>
}

type Props = {
  readonly bankName: string
  /** The address of the bank's logo. */
  readonly logo?: string
  /** Who does this for the bank; null when the bank does it itself. */
  readonly supplierName?: string | null
  /** Gets the field `locale`. */
  readonly setLocale: FormAction
  /** Null when nobody is logged in: then there is nothing to log out of and nothing to time. */
  readonly session: ShellSession | null
  readonly children: ReactNode
}

/** The frame of every page of the applicant. */
export function PageShell({ bankName, logo = '/favicon.svg', supplierName = null, setLocale, session, children }: Props) {
  const t = useTranslations('shell')
  return (
    <div className="mx-auto flex min-h-dvh max-w-2xl flex-col">
      <a className="ds-skip-link" href="#content">
        {t('skip')}
      </a>
      <header className="flex flex-wrap items-center gap-x-6 gap-y-2 px-5 py-4 sm:px-0 sm:py-6">
        <Brand logo={logo} href="/">
          {bankName}
        </Brand>
        {session && <LogOutForm size="sm">{t('logOut')}</LogOutForm>}
        <div className={session ? 'flex basis-full flex-wrap justify-between gap-x-6 gap-y-2' : 'basis-full sm:basis-auto'}>
          <LanguageChoice setLocale={setLocale} label={t('language')} />
          {session && (
            <a className="ds-link text-base" href="/my-data">
              {t('myData')}
            </a>
          )}
        </div>
      </header>
      <main id="content" className="flex grow flex-col items-stretch gap-6 border-y border-line bg-sheet px-5 py-8 sm:grow-0 sm:rounded-sheet sm:border-x sm:p-10" tabIndex={-1}>
        {children}
      </main>
      <footer className="grid gap-2 px-5 py-6 text-base text-muted sm:px-0">
        <p>{t('about', { bank: bankName })}</p>
        {supplierName !== null && <p>{t('supplier', { supplier: supplierName, bank: bankName })}</p>}
        <p>{t('privacy')}</p>
        {session && <WithoutScript whose="applicant" {...session} />}
      </footer>
      {session && <Timer whose="applicant" {...session} />}
      {session && <BackGuard />}
    </div>
  )
}

/** Whose page this is, in what is left of the line beside what else stands there. */
export function Brand({ logo, href, children }: { readonly logo: string; readonly href: string; readonly children: ReactNode }) {
  return (
    <a className="flex min-w-0 flex-1 items-center gap-3 font-semibold text-strong" href={href}>
      <img src={logo} alt="" className="h-8 w-auto max-w-40" height="32" />
      <span className="min-w-0 wrap-anywhere">{children}</span>
    </a>
  )
}

export function LanguageChoice({ setLocale, label }: { readonly setLocale: FormAction; readonly label: string }) {
  const current = useLocale()
  return (
    <form action={setLocale} className="flex flex-wrap gap-x-4 text-base" aria-label={label}>
      {locales.map((locale) => (
        <button key={locale} className="ds-link min-h-6 aria-current:font-semibold aria-current:no-underline" type="submit" name="locale" value={locale} lang={locale} aria-current={locale === current ? 'true' : undefined}>
          {localeNames[locale]}
        </button>
      ))}
    </form>
  )
}

/** Without JavaScript there is no warning in a dialog: the time is told beforehand, and the page leaves by itself. */
export function WithoutScript({ whose, idleSeconds }: ShellSession & { readonly whose: Whose }) {
  const t = useTranslations('shell')
  return (
    <noscript>
      <p>{t('withoutScript', { minutes: Math.floor(idleSeconds / 60) })}</p>
      <meta httpEquiv="refresh" content={`${idleSeconds};url=${doors[whose].loggedOut}?why=idle`} />
    </noscript>
  )
}

/** The same on every page: put together once for each language. */
const timerWords = new Map<Locale, SessionTimerWords>()

function useTimerWords(): SessionTimerWords {
  const t = useTranslations('timer')
  const locale = useLocale()
  const made = timerWords.get(locale)
  if (made) return made
  const endings = {
    'idle-2': t('idle', { minutes: 2 }),
    'idle-1': t('idle', { minutes: 1 }),
    'absolute-2': t('absolute', { minutes: 2 }),
    'absolute-1': t('absolute', { minutes: 1 }),
  }
  const words = { title: t('title'), endings, stay: t('stay'), logOut: t('logOut'), close: t('close') }
  timerWords.set(locale, words)
  return words
}

export function Timer({ whose, idleSeconds, idleEnd, absoluteEnd, touch }: ShellSession & { readonly whose: Whose }) {
  const words = useTimerWords()
  const now = systemClock.now().getTime()
  const secondsTo = (end: number) => Math.ceil((end - now) / 1000)
  return <SessionTimer whose={whose} idleSeconds={idleSeconds} secondsToIdleEnd={secondsTo(idleEnd)} secondsToEnd={secondsTo(absoluteEnd)} touch={touch} words={words} />
}
