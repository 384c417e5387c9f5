'use server'

import { goOn } from '../consent/actions'

/** Fetches the balance, once for this log-in, or tries again after trouble. */
export async function fetchBalance(): Promise<void> {
  await goOn(null)
}
