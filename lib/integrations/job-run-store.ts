import type { Database } from '@/lib/db'

/** When a job was last put into the queue by its timetable. The queue is one for all banks. */
export type JobRun = { readonly name: string; readonly lastRun: Date | null }

/** By name. Throws when the database does not answer, or no queue has been made yet. */
export const readJobRuns = (db: Database): Promise<readonly JobRun[]> =>
  db.$queryRaw<JobRun[]>`SELECT "identifier" AS name, "last_execution" AS "lastRun" FROM graphile_worker._private_known_crontabs ORDER BY 1`
