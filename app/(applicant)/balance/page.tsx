import { redirect } from 'next/navigation'
import { correlationId } from '@/app/_server/correlation-id'
import { services } from '@/app/_server/services'
import { requireApplicant, type Applicant } from '@/app/_server/session'
import { OwnSharePanel } from '@/app/_server/own-share-panel'
import { Shell } from '@/app/_server/shell'
import { titled } from '@/app/_server/titled'
import { BalanceView } from '@/components/balance/balance-view'
import { YourConsent } from '@/components/consent/your-consent'
import { NoBalance, type NoBalanceReason } from '@/components/balance/no-balance'
import { LookAgain } from '@/components/ui/look-again'
import { safeError } from '@/lib/log'
import { lookAtReading } from '@/lib/sources/look-at-reading'
import { whyNoReading, type WhyNoReading } from '@/lib/sources/why-no-reading'
import { isRunningOut } from '@/lib/consent/consent'
import { askForConsent, renewConsent } from '../consent/actions'
import { fetchBalance, stopShowing } from './actions'
import { askOwnShare, startSharing, stopSharing } from './share-actions'

export const generateMetadata = titled('balance')

/** Shows what this log-in has read. Drawing it fetches nothing; each look is in the audit log before it is drawn. */
export default async function Balance({ searchParams }: PageProps<'/balance'>) {
  const applicant = await requireApplicant()
  const { config, clock } = await services()
  const look = await lookOrRefusal(applicant)
  return (
    <Shell applicant={applicant}>
      {look && look !== 'audit-unavailable' ? (
        <BalanceView balance={look.value} fetchedAt={look.fetchedAt} bankName={config.BANK_NAME} hasLogo={config.LANEKASSEN_LOGO !== undefined}>
          <OwnSharePanel applicant={applicant} problem={(await searchParams).share} start={startSharing} stop={stopSharing} ask={askOwnShare} />
          <YourConsent id={look.consentId} validTo={look.validTo} runsOut={isRunningOut(look, clock.now())} altinnUrl={config.ALTINN_CONSENT_PAGE_ORIGIN} renew={renewConsent} stopHere={stopShowing} />
        </BalanceView>
      ) : (
        <Without applicant={applicant} audit={look !== 'audit-unavailable'} />
      )}
    </Shell>
  )
}

/** A look that cannot be logged does not happen. */
async function lookOrRefusal({ token }: Applicant) {
  const { sources, log, ...deps } = await services()
  try {
    return await lookAtReading(deps, { source: sources.studentLoan, token, correlationId: await correlationId() })
  } catch (error) {
    log.error('A look at a balance could not be logged or opened, and was not shown', { ...safeError(error), correlationId: await correlationId() })
    return 'audit-unavailable'
  }
}

async function Without({ applicant, audit }: { readonly applicant: Applicant; readonly audit: boolean }) {
  const { config, clock, ...deps } = await services()
  const why = await whyNoReading({ ...deps, clock }, applicant.session)
  if (audit && why.why === 'no-consent') redirect('/consent')
  if (audit && why.why === 'consent-closed' && why.consent.stoppedHereAt) redirect(`/consent/${why.consent.id}`)
  const reason = audit ? reasonOf(why, clock.now()) : 'audit-unavailable'
  const seconds = 'until' in why && why.until ? Math.ceil((why.until.getTime() - clock.now().getTime()) / 1000) : undefined
  return (
    <>
      {reason === 'fetching' && <LookAgain seconds={2} />}
      <NoBalance
        reason={reason}
        bankName={config.BANK_NAME}
        reference={applicant.session.readReference ?? (await correlationId())}
        {...(seconds !== undefined && { retryAfterSeconds: seconds })}
        fetchBalance={fetchBalance}
        askAgain={askForConsent}
      />
    </>
  )
}

function reasonOf(no: WhyNoReading, now: Date): NoBalanceReason {
  switch (no.why) {
    case 'no-consent':
    case 'not-read':
      return 'not-fetched'
    case 'underway':
      return 'fetching'
    case 'read-and-gone':
      return 'already-fetched'
    case 'consent-closed':
      return no.consent.status === 'revoked' && now < no.consent.validTo ? 'consent-revoked' : 'consent-expired'
    case 'provider-refused':
      return 'misconfigured'
    case 'provider-unavailable':
    case 'credentials-unavailable':
    case 'misconfigured':
    case 'source-unavailable':
    case 'source-busy':
    case 'not-a-customer':
    case 'consent-refused':
    case 'unexpected-answer':
    case 'exchange-unknown':
    case 'token-spent':
      return no.why
  }
}
