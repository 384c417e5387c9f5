import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { StaffRole } from '@/lib/staff/staff-session'
import { PageHeading } from '../ui/page-heading'
import { rooms, roomsOf } from './staff-shell'

type Props = { readonly roles: readonly StaffRole[]; /** What an adviser does here; nothing while sharing is off. */ readonly children?: ReactNode }

/** `/staff`: the adviser's place, and the way to the others. */
export function StaffHomePage({ roles, children }: Props) {
  const t = useTranslations('staff.home')
  const others = roomsOf(roles).filter((room) => room !== 'adviser')
  return (
    <>
      <PageHeading>{t('title')}</PageHeading>
      {roles.includes('adviser') && (children ?? <p className="text-xl">{t('sharingOff')}</p>)}
      {others.length > 0 && (
        <ul className="grid gap-4 sm:grid-cols-2">
          {others.map((room) => (
            <li key={room} className="grid content-start gap-2 rounded-sheet border border-line p-5">
              <a className="ds-link font-semibold" href={rooms[room].at}>
                {t(`rooms.${room}.title`)}
              </a>
              <p>{t(`rooms.${room}.body`)}</p>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
