import type { Database } from '@/lib/db'
import { jobNamed, type JobName } from './job-names'

/** When a job was last put into the queue by its timetable; `known` is null of one that only another release has. The queue is one for all banks. */
export type JobRun = { readonly name: string; readonly known: JobName | null; readonly lastRun: Date | null }

/** By name. Throws when the database does not answer, or no queue has been made yet. */
export async function readJobRuns(db: Database): Promise<readonly JobRun[]> {
  const rows = await db.$queryRaw<Omit<JobRun, 'known'>[]>`SELECT "identifier" AS name, "last_execution" AS "lastRun" FROM graphile_worker._private_known_crontabs ORDER BY 1`
  return rows.map((row) => ({ ...row, known: jobNamed(row.name) }))
}
