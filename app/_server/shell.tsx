import type { ReactNode } from 'react'
import { PageShell } from '@/components/ui/page-shell'
import { setLocale, stillHere } from '../actions'
import { services } from './services'
import { logoAddress } from './appearance'
import type { Applicant } from './session'
import { timesOf } from './session-times'

/** The frame of a page with what the server knows: the bank, and the log-in it was drawn for. */
export async function Shell({ applicant, children }: { readonly applicant: Applicant | null; readonly children: ReactNode }) {
  const { config, sessionLimits, appearance } = await services()
  const session = applicant && { ...timesOf(applicant.session, sessionLimits), touch: stillHere }
  return (
    <PageShell bankName={config.BANK_NAME} logo={logoAddress(await appearance())} supplierName={config.SUPPLIER_NAME ?? null} setLocale={setLocale} session={session}>
      {children}
    </PageShell>
  )
}
