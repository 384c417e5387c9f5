import type { Page } from '@playwright/test'
import { newNumber } from './people.ts'
import type { Screen, Tools } from './screens.ts'
import { admin, adviser, auditor, logInAsStaff, type Employee } from './staff.ts'

const reference = 'K7QM-9XTB-2RWH'
const at = (name: string, title: string, address: string): Screen => ({ name, title, arrive: ({ page }) => page.goto(address) })

/** Somebody of the bank's who is logged in stands there; `first` is what has happened before. */
const as = (employee: Employee, name: string, title: string, address: string, first: (tools: Tools) => Promise<unknown> = async () => undefined, more: Partial<Screen> = {}): Screen => ({
  name, title,
  arrive: async (tools) => {
    await logInAsStaff(tools.page, employee)
    await tools.page.getByRole('heading', { level: 1, name: 'For ansatte' }).waitFor()
    await first(tools)
    await tools.page.goto(address)
    await openAll(tools.page)
  },
  ...more,
})
async function openAll(page: Page): Promise<void> {
  for (const summary of await page.locator('details:not([open]) > summary').all()) await summary.click()
}

/** Lines of the log of every kind of actor, one of them on an errand. */
const aBusyDay = async ({ behindTheScreens }: Tools) => void (await behindTheScreens.logsIn({ pid: newNumber() }))

/** An upstream of each kind of trouble, a feed that lags, and work that waits. */
const everythingWrong = ({ database }: Tools) => database.ask(`
  INSERT INTO "UpstreamSight" ("upstream", "okAt", "answeredAt", "failedAt", "failure", "skewSeconds", "refusedKey") VALUES
    ('maskinporten', now() - interval '1 day', now(), now() - interval '1 hour', 'timed-out', 12, 'bank-saldo-test-2026-11'), ('lanekassen', NULL, NULL, now(), '503', NULL, NULL), ('altinn', now(), now(), NULL, NULL, -4, NULL)
    ON CONFLICT ("bank", "upstream") DO UPDATE SET "okAt" = excluded."okAt", "answeredAt" = excluded."answeredAt", "failedAt" = excluded."failedAt", "failure" = excluded."failure", "skewSeconds" = excluded."skewSeconds", "refusedKey" = excluded."refusedKey";
  INSERT INTO "UpstreamGate" ("upstream", "closedUntil", "failures") VALUES ('lanekassen', now() + interval '1 hour', 5), ('altinn', now() + interval '1 hour', 0) ON CONFLICT DO NOTHING;
  INSERT INTO "EventFeed" ("name", "readUpTo", "askedAt") VALUES ('altinn3/311111116', now() - interval '1 hour', now() - interval '1 hour') ON CONFLICT DO NOTHING`)
const allIsWell = ({ database }: Tools) => database.ask('UPDATE "UpstreamSight" SET "okAt" = now(), "answeredAt" = now(), "failedAt" = NULL, "failure" = NULL, "skewSeconds" = NULL, "refusedKey" = NULL; DELETE FROM "UpstreamGate"; DELETE FROM "EventFeed"')

/** Where the bank has not turned sharing on. */
export const staffWithoutSharing: readonly Screen[] = [as(adviser, 'staff, adviser without sharing', 'For ansatte', '/staff')]

/** Every screen for the bank's own people, in every state it has. */
export const staffScreens: readonly Screen[] = [
  at('staff log-in', 'Logg inn som ansatt', '/staff/login'),
  ...['cancelled', 'no-role', 'log-in-failed', 'provider-unavailable'].map((why) => at(`staff log-in, ${why}`, 'Logg inn som ansatt', `/staff/login?why=${why}&ref=${reference}`)),
  ...['own', 'idle', 'absolute', 'elsewhere', 'role-lost', 'refused-by-provider'].map((why) => at(`staff logged out, ${why}`, 'Du er logget ut', `/staff/logged-out?why=${why}`)),
  as(adviser, 'staff, adviser', 'For ansatte', '/staff'),
  as(admin, 'staff, admin', 'For ansatte', '/staff'),
  as(adviser, 'staff, wrong role', 'Du har ikke tilgang til dette', '/staff/audit'),
  as(adviser, 'staff, unchecked', 'Vi kan ikke bekrefte tilgangen din nå', '/staff', async ({ sandbox, database }) => {
    await sandbox.breaks('staff', { fault: 'down' })
    await database.staffWaits(200)
  }, { leave: ({ sandbox }) => sandbox.worksAgain('staff') }),
  as(auditor, 'audit', 'Revisjon', '/staff/audit', aBusyDay),
  as(auditor, 'audit, nothing found', 'Revisjon', '/staff/audit?type=subject.erased&to=2020-01-01'),
  as(auditor, 'audit, one person', 'Revisjon', '/staff/audit?person=5f1d9a52-2f0e-4b39-9a3e-3f6f0f7f4c11'),
  as(auditor, 'audit, cannot be searched for', 'Revisjon', '/staff/audit?from=x&to=x&type=x&actor=x&person=x&case=&reference=x'),
  as(auditor, 'audit, too many for a file', 'Revisjon', '/staff/audit?why=too-many'),
  as(auditor, 'audit, person not found', 'Revisjon', '/staff/audit?found=not-found'),
  as(auditor, 'audit, no number', 'Revisjon', '/staff/audit?found=not-an-id'),
  as(auditor, 'audit, cannot be shown', 'Vi kan ikke vise loggen nå', '/staff/audit', ({ database }) => database.ask('REVOKE INSERT ON "AuditEvent" FROM saldosyn_app'), { leave: ({ database }) => database.ask('GRANT INSERT ON "AuditEvent" TO saldosyn_app') }),
  as(admin, 'integrations', 'Drift', '/staff/integrations'),
  as(admin, 'integrations, everything wrong', 'Drift', '/staff/integrations', everythingWrong, { leave: allIsWell }),
  as(admin, 'access', 'Tilganger', '/staff/access', ({ database }) => database.ask(`INSERT INTO "ProtectedPerson" ("fingerprint", "addedAt", "addedBy") SELECT sha256(n::text::bytea), now(), gen_random_uuid() FROM generate_series(1, 3) AS n`)),
  ...['ended', 'added', 'there-already', 'removed', 'not-there', 'not-an-id'].map((did) => as(admin, `access, ${did}`, 'Tilganger', `/staff/access?did=${did}`)),
]
