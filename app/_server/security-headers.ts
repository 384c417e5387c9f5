import type { Services } from '@/lib/services'

/** The header in which the proxy hands the request's nonce to the page. */
export const nonceHeader = 'x-nonce'

const originOf = (url: string | undefined): string[] => (url ? [new URL(url).origin] : [])

/** Where the forms of a page lead on to: of an applicant's, ID-porten's log-in and log-out, and Altinn's consent page; of an employee's, the bank's provider. */
function onwardFrom(pathname: string, { config, idporten, staff }: Services): Set<string> {
  if (/^\/(api\/)?staff(\/|$)/.test(pathname)) return new Set(staff?.provider.pageOrigins() ?? [])
  const known = idporten.known()
  return new Set([...originOf(config.IDPORTEN_ISSUER), ...originOf(known?.authorization_endpoint), ...originOf(known?.end_session_endpoint), config.ALTINN_CONSENT_PAGE_ORIGIN])
}

/** The content security policy of a page. `form-action` also names where its forms lead on to, since browsers hold the redirect after a form to it. */
export function contentSecurityPolicy(bank: Services, pathname: string, nonce: string, development: boolean): string {
  const onward = onwardFrom(pathname, bank)
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${development ? ' ws:' : ''}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    `form-action 'self' ${[...onward].join(' ')}`,
    "frame-ancestors 'none'",
  ].join('; ')
}

/** ID-porten shows this one page, which is empty, in a frame. */
export function frontChannelPolicy({ config, idporten }: Services): string {
  const frames = new Set([...originOf(config.IDPORTEN_ISSUER), ...originOf(idporten.known()?.end_session_endpoint)])
  return `default-src 'none'; frame-ancestors ${[...frames].join(' ')}`
}
