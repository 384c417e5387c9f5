import { installation } from '@/app/_server/services'
import { readiness } from '@/lib/readiness'

/** Whether to send people here: settings were checked at start, the database answers, and its migrations are ours. */
export async function GET(): Promise<Response> {
  const checks = { settings: 'ok', ...(await readiness(installation())) }
  const ready = Object.values(checks).every((state) => state === 'ok')
  return Response.json({ status: ready ? 'ready' : 'not ready', checks }, { status: ready ? 200 : 503, headers: { 'cache-control': 'no-store' } })
}
