/** Whose log-in a page belongs to: applicants and employees have separate ones, in one browser too. */
export type Whose = 'applicant' | 'staff'

/** Where each is logged out, where they land then, and what their tabs call each other. */
export const doors = {
  applicant: { logOut: '/api/auth/logout', loggedOut: '/logged-out', tabs: 'session' },
  staff: { logOut: '/api/staff/auth/logout', loggedOut: '/staff/logged-out', tabs: 'staff-session' },
} as const satisfies Record<Whose, object>
