import { installation } from '@/app/_server/services'
import { stateOfKeys } from '@/lib/keys/tell-of-keys'
import { readiness } from '@/lib/readiness'

/**
 * Whether to send people here: settings were checked at start, the database answers, and its migrations are ours. Keys are told of
 * and do not decide: with one too old every instance would go, and people would meet the proxy's words instead of ours.
 */
export async function GET(): Promise<Response> {
  const house = installation()
  const checks = { settings: 'ok', ...(await readiness(house)) }
  const ready = Object.values(checks).every((state) => state === 'ok')
  const keys = stateOfKeys(house.banks.flatMap(({ keyRings }) => keyRings), house.clock.now())
  return Response.json({ status: ready ? 'ready' : 'not ready', checks: { ...checks, keys } }, { status: ready ? 200 : 503, headers: { 'cache-control': 'no-store' } })
}
