import { openDatabase, patient } from '@/lib/db'
import type { OrgNumber } from '@/lib/org-number'

/** A month that left the log, and from where each bank's log is now kept; or one that is past its time and may not leave yet. */
export type MonthPastItsTime = { readonly month: string; readonly detached: boolean; readonly bank: string | null; readonly keptFrom: number | null }

/** Asks the database to take out of the audit log what is past its time, as the role that can do nothing else. */
export async function detachDueMonths(url: string, bank: OrgNumber): Promise<readonly MonthPastItsTime[]> {
  const db = openDatabase(url, bank, 1, patient)
  try {
    const months = await db.$queryRaw<{ month: string; detached: boolean; bank: string | null; keptFrom: bigint | null }[]>`SELECT "month", "detached", "bank", "keptFrom" FROM audit_detach_due()`
    return months.map(({ keptFrom, ...month }) => ({ ...month, keptFrom: keptFrom === null ? null : Number(keptFrom) }))
  } finally {
    await db.$disconnect()
  }
}
