import { headers } from 'next/headers'
import { services } from './services'

/**
 * Throws unless the request comes from a page of ours. Next compares Origin with Host, and lets a form without Origin
 * through: a browser that sends none, or another's, changes nothing here.
 */
export async function requireSameOrigin(): Promise<void> {
  if (!(await isSameOrigin(await headers()))) throw new Error('the request does not come from a page of ours')
}

/**
 * The answer to somebody else's page that brings a download about; null when a page of ours does, or the person by its address. What is taken
 * out is left on the machine and stands in the log as theirs.
 */
export function refusedToOthers(given: Headers): Response | null {
  const site = given.get('sec-fetch-site')
  return site === null || site === 'same-origin' || site === 'none' ? null : new Response(null, { status: 403, headers: { 'cache-control': 'no-store' } })
}

export const isSameOrigin = async (given: Headers): Promise<boolean> => {
  const site = given.get('sec-fetch-site')
  return given.get('origin') === (await services()).config.APP_URL && (site === null || site === 'same-origin')
}
