'use server'

import { getTranslations } from 'next-intl/server'
import { refresh } from 'next/cache'
import { redirect } from 'next/navigation'
import { addressOfCaller, requireAdviser, sharingBank } from '@/app/_server/adviser'
import { correlationId } from '@/app/_server/correlation-id'
import { formOf } from '@/app/_server/form-of'
import { requireSameOrigin } from '@/app/_server/same-origin'
import { emptyForm, type AdviserFormState } from '@/components/sharing/adviser-form-state'
import { safeError } from '@/lib/log'
import { invite } from '@/lib/sharing/invite'
import { openShare } from '@/lib/sharing/open-share'

/** Opens what a customer shows, for an errand that the adviser gives. */
export async function openByCode(_before: AdviserFormState, given: unknown): Promise<AdviserFormState> {
  return open(given, errandIn(given))
}

/** The same for a customer who answers an invitation: it has the errand. */
export async function openByInvitation(_before: AdviserFormState, given: unknown): Promise<AdviserFormState> {
  return open(given, null)
}

async function open(form: unknown, errand: AdviserFormState['values'] | null): Promise<AdviserFormState> {
  await requireSameOrigin()
  const bank = await sharingBank()
  const { adviser, readerKey } = await requireAdviser()
  const given = { adviser, readerKey, code: textIn(form, 'code'), errand, address: await addressOfCaller(bank), correlationId: await correlationId() }
  const opened = await openShare({ ...bank, shareCodeKey: bank.sharing.codeKey, purposes: bank.sharing.purposes }, given).catch((error: unknown) => {
    bank.log.error('A share could not be opened', { ...safeError(error), correlationId: given.correlationId })
    return { ok: false as const, reason: 'unavailable' as const }
  })
  if (opened.ok) redirect(`/staff/view/${opened.value}`)
  return { ...emptyForm, problem: (await getTranslations('adviser.problem'))(opened.reason), values: errand ?? emptyForm.values }
}

/** Makes a link for one case. It stands on this answer and nowhere else. */
export async function makeInvitation(_before: AdviserFormState, given: unknown): Promise<AdviserFormState> {
  await requireSameOrigin()
  const { sharing, config, ...deps } = await sharingBank()
  const { adviser } = await requireAdviser()
  const errand = errandIn(given)
  const made = await invite({ ...deps, purposes: sharing.purposes }, { adviser, errand, correlationId: await correlationId() })
  if (!made.ok) return { problem: (await getTranslations('adviser.problem'))(made.reason), values: errand, link: null }
  refresh() // the list of those that wait has one more
  return { ...emptyForm, link: `${config.APP_URL}/invitation/${made.value.reveal()}` }
}

const textIn = (form: unknown, name: string): string => {
  const value = formOf(form).get(name)
  return typeof value === 'string' ? value : ''
}
const errandIn = (form: unknown): AdviserFormState['values'] => ({ purpose: textIn(form, 'purpose'), otherPurpose: textIn(form, 'otherPurpose'), caseNumber: textIn(form, 'caseNumber') })
