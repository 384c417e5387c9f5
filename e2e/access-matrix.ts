/**
 * Who may come where: every page, route and server action of the app. What the build has and this list has not, or the other
 * way round, fails e2e/access.spec.ts, so that nothing new is open to somebody by oversight.
 */
export type Who =
  /** No log-in is asked for: the page shows nothing of anybody, or a person's own log-in decides what it does. */
  | 'anybody'
  | 'applicant'
  /** Of the bank's own people: any with a role, or with this one. */
  | 'staff'
  | 'adviser'
  | 'auditor'
  | 'admin'
  /** A provider's call, or the operator's: known by what it brings, never by a cookie. */
  | 'machine'

export const pages: Readonly<Record<string, Who>> = {
  '/': 'anybody',
  '/login': 'anybody',
  '/logged-out': 'anybody',
  '/consent': 'applicant',
  '/consent/[id]': 'applicant',
  // Altinn has logged the person out: it says so, and names nobody.
  '/consent/return': 'anybody',
  '/balance': 'applicant',
  // A link that somebody was sent: it says who asks to the one who is logged in and was asked, and to nobody else.
  '/invitation/[token]': 'anybody',
  '/my-data': 'applicant',
  '/my-data/erase': 'applicant',
  '/my-data/receipt/[id]': 'applicant',
  '/staff/login': 'anybody',
  '/staff/logged-out': 'anybody',
  '/staff/no-access': 'staff',
  '/staff': 'staff',
  '/staff/view/[id]': 'adviser',
  '/staff/audit': 'auditor',
  '/staff/integrations': 'admin',
  '/staff/access': 'admin',
}

export const routes: Readonly<Record<string, Who>> = {
  'GET /balance/live': 'applicant',
  'GET /my-data/export.html': 'applicant',
  'GET /my-data/export.json': 'applicant',
  'GET /my-data/receipt/[id]/jsonld': 'applicant',
  'GET /my-data/receipt/[id]/pdf': 'applicant',
  'GET /staff/view/[id]/live': 'adviser',
  'GET /staff/audit/export.csv': 'auditor',
  'GET /staff/audit/export.jsonl': 'auditor',
  'GET /.well-known/saldosyn-receipt-keys.json': 'anybody',
  'GET /api/lanekassen-logo': 'anybody',
  'GET /api/bank-logo': 'anybody',
  'GET /api/bank-look': 'anybody',
  'GET /api/health/live': 'anybody',
  'GET /api/health/ready': 'anybody',
  'GET /api/metrics': 'machine',
  'GET /api/auth/callback/idporten': 'anybody',
  'POST /api/auth/logout': 'anybody',
  'POST /api/auth/logout/backchannel': 'machine',
  'GET /api/auth/logout/frontchannel': 'machine',
  'GET /api/staff/auth/callback/staff': 'anybody',
  'POST /api/staff/auth/logout': 'anybody',
  'POST /api/staff/auth/logout/backchannel': 'machine',
}

/** By file and name. */
export const actions: Readonly<Record<string, Who>> = {
  'app/actions.ts setLocale': 'anybody',
  'app/actions.ts logIn': 'anybody',
  'app/actions.ts stillHere': 'applicant',
  'app/(applicant)/consent/actions.ts askForConsent': 'applicant',
  'app/(applicant)/consent/actions.ts renewConsent': 'applicant',
  'app/(applicant)/consent/actions.ts decline': 'applicant',
  'app/(applicant)/consent/actions.ts goOn': 'applicant',
  'app/(applicant)/consent/actions.ts logInAndGoOn': 'anybody',
  'app/(applicant)/balance/actions.ts fetchBalance': 'applicant',
  'app/(applicant)/balance/actions.ts stopShowing': 'applicant',
  'app/(applicant)/balance/share-actions.ts startSharing': 'applicant',
  'app/(applicant)/balance/share-actions.ts stopSharing': 'applicant',
  // Tells nobody anything but that nothing is shared.
  'app/(applicant)/balance/share-actions.ts askOwnShare': 'anybody',
  'app/(applicant)/invitation/[token]/actions.ts followInvitation': 'anybody',
  'app/(applicant)/invitation/[token]/actions.ts declineInvitation': 'anybody',
  'app/(applicant)/my-data/actions.ts stopHereFromMyData': 'applicant',
  'app/(applicant)/my-data/actions.ts eraseMe': 'applicant',
  'app/(staff)/staff/actions.ts logInAsStaff': 'anybody',
  'app/(staff)/staff/actions.ts stillHereAsStaff': 'staff',
  'app/(staff)/staff/share-actions.ts openByCode': 'adviser',
  'app/(staff)/staff/share-actions.ts openByInvitation': 'adviser',
  'app/(staff)/staff/share-actions.ts makeInvitation': 'adviser',
  'app/(staff)/staff/view/[id]/actions.ts leaveView': 'adviser',
  'app/(staff)/staff/view/[id]/actions.ts askAdviserShare': 'adviser',
  'app/(staff)/staff/audit/actions.ts findPersonInAudit': 'auditor',
  'app/(staff)/staff/access/actions.ts endStaffSessions': 'admin',
  'app/(staff)/staff/access/actions.ts changeWhoIsProtected': 'admin',
}
