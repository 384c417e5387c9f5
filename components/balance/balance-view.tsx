import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { isDebt, type StudentLoanBalance } from '@/lib/sources/lanekassen/balance'
import { lanekassenLink } from '../ui/lanekassen-link'
import { LogOutForm } from '../ui/log-out-form'
import { PageHeading } from '../ui/page-heading'
import { BalanceFigures } from './balance-figures'

type Props = {
  readonly balance: StudentLoanBalance
  /** When our server got the figures. */
  readonly fetchedAt: Date
  readonly bankName: string
  /** True when `/api/lanekassen-logo` has a file to give. */
  readonly hasLogo: boolean
  /** What stands under the figures: the consent they were read on. */
  readonly children?: ReactNode
}

/** `/balance`: the total, how it is made up, and what it means. */
export function BalanceView({ balance, fetchedAt, bankName, hasLogo, children }: Props) {
  const t = useTranslations()
  return (
    <>
      <PageHeading>{t('balance.title')}</PageHeading>
      <BalanceFigures balance={balance} fetchedAt={fetchedAt} hasLogo={hasLogo} />
      {balance.parts.filter(isDebt).some(({ kind }) => kind === 'loan' || kind === 'interest') && <Help />}
      {children}
      <p>{t.rich('balance.contact', { bank: bankName, site: lanekassenLink })}</p>
      <p>{t('balance.deletion')}</p>
      <LogOutForm>{t('actions.logOut')}</LogOutForm>
    </>
  )
}

function Help() {
  const t = useTranslations('balance.help')
  return (
    <div>
      <details className="ds-details">
        <summary>{t('why.question')}</summary>
        <div>
          <p>{t('why.answer')}</p>
        </div>
      </details>
      <details className="ds-details">
        <summary>{t('interest.question')}</summary>
        <div>
          <p>{t.rich('interest.answer', { site: lanekassenLink })}</p>
        </div>
      </details>
    </div>
  )
}
