import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { StaffRole } from '@/lib/staff/staff-session'
import { BackGuard } from '../ui/back-guard'
import type { FormAction } from '../ui/form-action'
import { LogOutForm } from '../ui/log-out-form'
import { Brand, LanguageChoice, Timer, WithoutScript, type ShellSession } from '../ui/page-shell'

/** The employee whom a page was drawn for. */
export type StaffShellSession = ShellSession & { readonly name: string | null; readonly unit: string | null; readonly roles: readonly StaffRole[] }

/** The rooms, and whose they are. Nobody is shown the way to one that is shut to them. */
export const rooms = {
  adviser: { role: 'adviser', at: '/staff' },
  auditor: { role: 'auditor', at: '/staff/audit' },
  admin: { role: 'admin', at: '/staff/integrations' },
  access: { role: 'admin', at: '/staff/access' },
} as const satisfies Record<string, { role: StaffRole; at: string }>
export type Room = keyof typeof rooms
export const roomsOf = (roles: readonly StaffRole[]): Room[] => (Object.keys(rooms) as Room[]).filter((room) => roles.includes(rooms[room].role))

type Props = {
  readonly bankName: string
  /** The address of the bank's logo. */
  readonly logo?: string
  /** Gets the field `locale`. */
  readonly setLocale: FormAction
  /** Null when nobody is logged in. */
  readonly session: StaffShellSession | null
  /** The room that this page is in. */
  readonly at?: Room | undefined
  readonly children: ReactNode
}

/** The frame of every page for the bank's own people. */
export function StaffShell({ bankName, logo = '/favicon.svg', setLocale, session, at, children }: Props) {
  const t = useTranslations('shell')
  const s = useTranslations('staff.shell')
  return (
    <div className="mx-auto flex min-h-dvh max-w-5xl flex-col">
      <a className="ds-skip-link" href="#content">
        {t('skip')}
      </a>
      <header className="grid gap-3 px-5 py-4 sm:px-0 sm:py-6 lg:px-5 xl:px-0">
        <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
          <Brand logo={logo} href="/staff">
            {s('of', { bank: bankName })}
          </Brand>
          {session && (
            <div className="sm:order-1">
              <LogOutForm size="sm" whose="staff">
                {t('logOut')}
              </LogOutForm>
            </div>
          )}
          <div className="basis-full sm:basis-auto">
            <LanguageChoice setLocale={setLocale} label={t('language')} />
          </div>
        </div>
        {session && <Rooms {...session} at={at} />}
      </header>
      <main id="content" className="flex grow flex-col items-stretch gap-6 border-y border-line bg-sheet px-5 py-8 sm:grow-0 sm:rounded-sheet sm:border-x sm:p-10" tabIndex={-1}>
        {children}
      </main>
      <footer className="grid gap-2 px-5 py-6 text-base text-muted sm:px-0">
        <p>{s('logged')}</p>
        {session && <WithoutScript whose="staff" {...session} />}
      </footer>
      {session && <Timer whose="staff" {...session} />}
      {session && <BackGuard />}
    </div>
  )
}

/** Who one is here, and where one may go. */
function Rooms({ name, unit, roles, at }: StaffShellSession & { readonly at: Room | undefined }) {
  const s = useTranslations('staff.shell')
  return (
    <div className="flex flex-wrap items-baseline gap-x-6 gap-y-2 text-base">
      <nav aria-label={s('rooms')}>
        <ul className="flex flex-wrap gap-x-6 gap-y-2">
          {roomsOf(roles).map((room) => (
            <li key={room}>
              <a className="ds-link inline-block min-h-6 aria-[current=page]:font-semibold aria-[current=page]:no-underline" href={rooms[room].at} aria-current={room === at ? 'page' : undefined}>
                {s(`room.${room}`)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <p className="text-muted sm:ml-auto">{s('you', { name: name ?? s('unnamed'), unit: unit ?? 'none' })}</p>
    </div>
  )
}
