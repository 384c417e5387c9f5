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

/** What an action may be told by its id or reference, and so may be told wrongly: whose it then is, e2e/steps/swapped-ids.ts tries. Of all others the log-in alone decides. */
export type Takes = 'nothing' | 'consent' | 'return reference' | 'share' | 'invitation' | 'employee'

/** By file and name: who may, and what of others' they could name. */
export const actions: Readonly<Record<string, readonly [Who, Takes]>> = {
  'app/actions.ts setLocale': ['anybody', 'nothing'],
  'app/actions.ts logIn': ['anybody', 'nothing'],
  'app/actions.ts stillHere': ['applicant', 'nothing'],
  'app/(applicant)/consent/actions.ts askForConsent': ['applicant', 'nothing'],
  'app/(applicant)/consent/actions.ts renewConsent': ['applicant', 'nothing'],
  'app/(applicant)/consent/actions.ts decline': ['applicant', 'nothing'],
  'app/(applicant)/consent/actions.ts goOn': ['applicant', 'return reference'],
  'app/(applicant)/consent/actions.ts logInAndGoOn': ['anybody', 'return reference'],
  'app/(applicant)/balance/actions.ts fetchBalance': ['applicant', 'nothing'],
  'app/(applicant)/balance/actions.ts stopShowing': ['applicant', 'consent'],
  'app/(applicant)/balance/share-actions.ts startSharing': ['applicant', 'nothing'],
  'app/(applicant)/balance/share-actions.ts stopSharing': ['applicant', 'nothing'],
  // Tells nobody anything but that nothing is shared.
  'app/(applicant)/balance/share-actions.ts askOwnShare': ['anybody', 'nothing'],
  'app/(applicant)/invitation/[token]/actions.ts followInvitation': ['anybody', 'invitation'],
  'app/(applicant)/invitation/[token]/actions.ts declineInvitation': ['anybody', 'nothing'],
  'app/(applicant)/my-data/actions.ts stopHereFromMyData': ['applicant', 'consent'],
  'app/(applicant)/my-data/actions.ts eraseMe': ['applicant', 'nothing'],
  'app/(staff)/staff/actions.ts logInAsStaff': ['anybody', 'nothing'],
  'app/(staff)/staff/actions.ts stillHereAsStaff': ['staff', 'nothing'],
  'app/(staff)/staff/share-actions.ts openByCode': ['adviser', 'nothing'],
  'app/(staff)/staff/share-actions.ts openByInvitation': ['adviser', 'nothing'],
  'app/(staff)/staff/share-actions.ts makeInvitation': ['adviser', 'nothing'],
  'app/(staff)/staff/view/[id]/actions.ts leaveView': ['adviser', 'share'],
  'app/(staff)/staff/view/[id]/actions.ts askAdviserShare': ['adviser', 'share'],
  'app/(staff)/staff/audit/actions.ts findPersonInAudit': ['auditor', 'nothing'],
  'app/(staff)/staff/access/actions.ts endStaffSessions': ['admin', 'employee'],
  'app/(staff)/staff/access/actions.ts changeWhoIsProtected': ['admin', 'nothing'],
}
