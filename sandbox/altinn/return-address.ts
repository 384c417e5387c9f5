export type Outcome = 'Accepted' | 'Rejected' | 'unknown'

const parameters: Record<Outcome, string> = {
  Accepted: 'Status=OK',
  Rejected: 'Status=Failed&ErrorMessage=User+did+not+give+consent',
  unknown: '',
}

/**
 * Where the person is sent after the answer (consent page source): with `#/` in the address the parameters go to the very end,
 * otherwise behind the query and before the fragment.
 */
export function returnAddress(redirectUrl: string, outcome: Outcome): string {
  const join = (address: string): string => `${address}${address.includes('?') ? '&' : '?'}${parameters[outcome]}`
  if (redirectUrl.includes('#/')) return join(redirectUrl)
  const at = redirectUrl.indexOf('#')
  return at === -1 ? join(redirectUrl) : join(redirectUrl.slice(0, at)) + redirectUrl.slice(at)
}
