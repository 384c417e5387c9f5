import { fail, ok } from '@/lib/result'
import type { ConsentProvider } from './provider'

/** Stands for a provider that this installation has no settings for: its consents end in time, and are not used. */
export function closedProvider(): ConsentProvider {
  const closed = async () => fail('misconfigured', 'there are no settings for this provider')
  return { traits: { exchangesOnce: false, namesRequests: false, asksLastName: false }, requestConsent: closed, getStatus: closed, listNews: async () => ok([]), getCredentials: closed }
}
