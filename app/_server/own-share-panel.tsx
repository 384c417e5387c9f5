import { z } from 'zod'
import { SharePanel, shareProblems, type Asker } from '@/components/sharing/share-panel'
import { ShareWatch } from '@/components/sharing/share-watch'
import type { FormAction } from '@/components/ui/form-action'
import { ownShare, wordOf } from '@/lib/sharing/own-share'
import { invitationOf } from './invitation'
import { services } from './services'
import type { Applicant } from './session'

type Props = { readonly applicant: Applicant; readonly problem: unknown; readonly start: FormAction; readonly stop: FormAction; readonly ask: () => Promise<string> }

/** What the customer may do about an adviser, and how it stands; nothing where the bank has not turned sharing on. */
export async function OwnSharePanel({ applicant, problem, start, stop, ask }: Props) {
  const bank = await services()
  if (!bank.sharing) return null
  const [share, invitation] = [await ownShare(bank, applicant.token), await invitationOf(applicant)]
  const by = share?.state === 'open' ? await askerOf(share) : null
  return (
    <>
      <SharePanel
        share={share}
        by={by}
        asker={invitation && (await askerOf(invitation))}
        problem={z.enum(shareProblems).safeParse(problem).data ?? null}
        bankName={bank.config.BANK_NAME}
        now={bank.clock.now()}
        start={start}
        stop={stop}
      />
      {share && share.state !== 'ended' && <ShareWatch address="/balance/live" word={wordOf(share)} ask={ask} />}
    </>
  )
}

/** Whom a customer is told of: their unit, and their name only if the bank has turned that on. */
async function askerOf({ staffRef, unit, purpose, caseNumber }: { staffRef: string | null; unit: string | null; purpose: string | null; caseNumber: string | null }): Promise<Asker> {
  const { config, adviserNames } = await services()
  const name = staffRef === null ? null : ((await adviserNames([staffRef])).get(staffRef) ?? null)
  return { name, unit: unit ?? config.BANK_NAME, purpose: purpose ?? '', caseNumber: caseNumber ?? '' }
}
