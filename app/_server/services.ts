import { headers } from 'next/headers'
import { loadBanks } from '@/lib/config-banks'
import { createInstallation, type Installation } from '@/lib/installation'
import type { Services } from '@/lib/services'

const at = globalThis as { saldosyn?: Installation }

/** Every bank of this process, built at its first use and shared by pages, actions, routes and the proxy. */
export const installation = (): Installation => (at.saldosyn ??= createInstallation(loadBanks()))

/**
 * The house of the bank that this request was sent to, by its own Host header: what else a request says of its address
 * (X-Forwarded-Host, an absolute address) counts for nothing. Throws at a host of nobody's; the proxy has answered 421 by then.
 */
export async function services(): Promise<Services> {
  const bank = installation().bankOf(await headers())
  if (!bank) throw new Error('no bank has this address')
  return bank
}
