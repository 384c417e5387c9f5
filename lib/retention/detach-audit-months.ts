import type { Log } from '@/lib/log'
import type { OrgNumber } from '@/lib/org-number'
import type { Secret } from '@/lib/secret'
import { detachDueMonths } from './detached-month-store'

/**
 * Takes months of the audit log that are past their time out of it, and says in the log which, and from where the log is kept
 * now. Does nothing without the address of the role that may. The app's own role cannot do this.
 */
export async function detachAuditMonths({ log, url, bank }: { readonly log: Log; readonly url: Secret | undefined; readonly bank: OrgNumber }): Promise<void> {
  if (!url) return
  for (const { month, detached, bank: whose, keptFrom } of await detachDueMonths(url.reveal(), bank)) {
    if (detached) log.info('A month of the audit log was past its time and taken out', { detail: month, ...(whose !== null && { bank: whose }), ...(keptFrom !== null && { count: keptFrom }) })
    else log.warn('A month of the audit log is past its time, and not all of it is sealed: it stays', { detail: month })
  }
}
