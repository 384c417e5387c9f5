import { useTranslations } from 'next-intl'
import { ActionForm } from '../ui/action-form'
import type { FormAction } from '../ui/form-action'
import { LogOutForm } from '../ui/log-out-form'
import type { NoticeTone } from '../ui/notice'
import { StatusPage } from '../ui/status-page'

/** Why we do not know the answer. */
export const outcomeTroubles = ['provider-unavailable', 'credentials-unavailable', 'misconfigured'] as const
export type OutcomeTrouble = (typeof outcomeTroubles)[number]

/** What became of the question, as the person meets it. */
export type ConsentOutcome = 'unanswered' | 'rejected' | 'request-expired' | 'expired' | 'revoked' | 'stopped-here' | 'wrong-person' | OutcomeTrouble | 'accepted'

export type OutcomeActions = {
  readonly continueInAltinn: FormAction
  /** Makes a new request. */
  readonly askAgain: FormAction
  /** Asks Altinn for the answer once more. */
  readonly tryAgain: FormAction
  readonly showBalance: FormAction
  /** Leaves it at that. */
  readonly done: FormAction
}

type Props = { readonly outcome: ConsentOutcome; readonly actions: OutcomeActions; readonly reference: string }

type Label = 'continueInAltinn' | 'askAgain' | 'newRequest' | 'renew' | 'tryAgain' | 'showBalance' | 'done' | 'cancel'
type Step = readonly [action: keyof OutcomeActions, label: Label]

/** The tone, the next step, and the way out of each. Only a fault has a reference. */
const shows: Record<ConsentOutcome, { readonly tone: NoticeTone | null; readonly steps: readonly Step[]; readonly fault?: true }> = {
  unanswered: { tone: null, steps: [['continueInAltinn', 'continueInAltinn'], ['done', 'cancel']] },
  rejected: { tone: null, steps: [['askAgain', 'askAgain'], ['done', 'done']] },
  'request-expired': { tone: null, steps: [['askAgain', 'newRequest'], ['done', 'done']] },
  expired: { tone: null, steps: [['askAgain', 'renew'], ['done', 'done']] },
  revoked: { tone: null, steps: [['askAgain', 'renew'], ['done', 'done']] },
  'stopped-here': { tone: null, steps: [['askAgain', 'renew'], ['done', 'done']] },
  'wrong-person': { tone: 'warning', steps: [], fault: true },
  'provider-unavailable': { tone: 'warning', steps: [['tryAgain', 'tryAgain']], fault: true },
  'credentials-unavailable': { tone: 'warning', steps: [['tryAgain', 'tryAgain']], fault: true },
  misconfigured: { tone: 'warning', steps: [['tryAgain', 'tryAgain']], fault: true },
  accepted: { tone: 'success', steps: [['showBalance', 'showBalance']] },
}

/** `/consent/[id]` */
export function ConsentOutcomePage({ outcome, actions, reference }: Props) {
  const t = useTranslations()
  const { tone, steps, fault } = shows[outcome]
  return (
    <StatusPage
      tone={tone}
      title={t(`outcome.${outcome}.title`)}
      body={t(`outcome.${outcome}.body`)}
      next={t(`outcome.${outcome}.next`)}
      reference={fault && reference}
    >
      {steps.map(([action, label], index) => (
        <ActionForm key={action} action={actions[action]} variant={index === 0 ? 'primary' : 'secondary'}>
          {t(`actions.${label}`)}
        </ActionForm>
      ))}
      {outcome === 'wrong-person' && <LogOutForm variant="primary">{t('actions.logOut')}</LogOutForm>}
    </StatusPage>
  )
}
