import { useTranslations } from 'next-intl'
import { ActionForm } from '../ui/action-form'
import type { FormAction } from '../ui/form-action'
import { lanekassenLink } from '../ui/lanekassen-link'
import { LogOutForm } from '../ui/log-out-form'
import type { NoticeTone } from '../ui/notice'
import { StatusPage } from '../ui/status-page'

/** Why there are no figures to show. */
export type NoBalanceReason =
  | 'not-fetched'
  | 'fetching'
  | 'source-busy'
  | 'source-unavailable'
  | 'provider-unavailable'
  | 'credentials-unavailable'
  | 'misconfigured'
  | 'not-a-customer'
  | 'unexpected-answer'
  | 'consent-refused'
  | 'exchange-unknown'
  | 'token-spent'
  | 'consent-revoked'
  | 'consent-expired'
  | 'already-fetched'
  | 'audit-unavailable'

type Props = {
  readonly reason: NoBalanceReason
  readonly bankName: string
  readonly reference: string
  /** For `source-busy`: when Lånekassen may be asked again, if it said so. */
  readonly retryAfterSeconds?: number
  /** Fetches, or tries again. */
  readonly fetchBalance: FormAction
  /** Asks for a new consent. */
  readonly askAgain: FormAction
}

type Step = 'fetchBalance' | 'tryAgain' | 'renew' | 'logOut' | 'look'

/** The tone and the one next step of each. Only a fault has a reference. */
const shows: Record<NoBalanceReason, { readonly tone: NoticeTone | null; readonly step: Step; readonly fault?: true }> = {
  'not-fetched': { tone: null, step: 'fetchBalance' },
  fetching: { tone: null, step: 'look' },
  'source-busy': { tone: 'info', step: 'tryAgain', fault: true },
  'source-unavailable': { tone: 'warning', step: 'tryAgain', fault: true },
  'provider-unavailable': { tone: 'warning', step: 'tryAgain', fault: true },
  'credentials-unavailable': { tone: 'warning', step: 'tryAgain', fault: true },
  misconfigured: { tone: 'warning', step: 'tryAgain', fault: true },
  'not-a-customer': { tone: null, step: 'logOut' },
  'unexpected-answer': { tone: 'warning', step: 'tryAgain', fault: true },
  'consent-refused': { tone: 'warning', step: 'tryAgain', fault: true },
  'exchange-unknown': { tone: 'warning', step: 'renew', fault: true },
  'token-spent': { tone: 'warning', step: 'renew', fault: true },
  'consent-revoked': { tone: null, step: 'renew' },
  'consent-expired': { tone: null, step: 'renew' },
  'already-fetched': { tone: null, step: 'logOut' },
  'audit-unavailable': { tone: 'warning', step: 'tryAgain', fault: true },
}

/** `/balance` when there is no balance: what happened, whose side it is on, what to do. */
export function NoBalance({ reason, bankName, reference, retryAfterSeconds = 0, fetchBalance, askAgain }: Props) {
  const t = useTranslations()
  const { tone, step, fault } = shows[reason]
  return (
    <StatusPage
      tone={tone}
      title={t(`noBalance.${reason}.title`)}
      body={t(`noBalance.${reason}.body`)}
      next={t.rich(`noBalance.${reason}.next`, { seconds: retryAfterSeconds, bank: bankName, site: lanekassenLink })}
      reference={fault && reference}
    >
      {step === 'look' && (
        <a className="ds-button" href="/balance">
          {t('actions.showBalance')}
        </a>
      )}
      {step === 'logOut' && <LogOutForm variant="primary">{t('actions.logOut')}</LogOutForm>}
      {(step === 'fetchBalance' || step === 'tryAgain' || step === 'renew') && (
        <ActionForm action={step === 'renew' ? askAgain : fetchBalance}>{t(`actions.${step}`)}</ActionForm>
      )}
    </StatusPage>
  )
}
