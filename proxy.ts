import { randomBytes } from 'node:crypto'
import { NextResponse, type NextRequest } from 'next/server'
import { correlationHeader } from '@/app/_server/correlation-id'
import { contentSecurityPolicy, frontChannelPolicy, nonceHeader } from '@/app/_server/security-headers'
import { services } from '@/app/_server/services'
import { unavailablePage } from '@/app/_server/unavailable-page'
import { isDevelopment } from '@/lib/config'
import { newCorrelationId } from '@/lib/correlation-id'
import { safeError } from '@/lib/log'

/**
 * Sets headers, and says 503 while the database is away. It is never a lock: each page, action and route asks for its
 * own actor, and stays shut without this.
 */
export async function proxy(request: NextRequest): Promise<Response> {
  const { pathname, protocol } = request.nextUrl
  const nonce = randomBytes(16).toString('base64')
  const policy = pathname === '/api/auth/logout/frontchannel' ? frontChannelPolicy() : contentSecurityPolicy(nonce, isDevelopment())
  const correlationId = newCorrelationId()

  const inward = new Headers(request.headers)
  inward.set(nonceHeader, nonce)
  inward.set(correlationHeader, correlationId)
  inward.set('content-security-policy', policy)
  const isStatic = pathname.startsWith('/_next/static/') || pathname === '/favicon.svg'
  const away = !isStatic && !pathname.startsWith('/api/health/') && (await databaseIsAway(correlationId))
  const answer = away ? unavailablePage(request.cookies.get('locale')?.value, correlationId) : NextResponse.next({ request: { headers: inward } })
  answer.headers.set('content-security-policy', policy)
  if (!isStatic) answer.headers.set('cache-control', 'no-store')
  if (services().config.APP_URL.startsWith('https:') || protocol === 'https:') answer.headers.set('strict-transport-security', 'max-age=63072000; includeSubDomains')
  return answer
}

/** Milliseconds that an answer of the database counts for: one question a second, however many the pages. */
const ANSWER_COUNTS = 1_000
let answeredAt = -Infinity

async function databaseIsAway(correlationId: string): Promise<boolean> {
  const { db, log } = services()
  if (performance.now() - answeredAt < ANSWER_COUNTS) return false
  try {
    await db.$queryRaw`SELECT 1`
    answeredAt = performance.now()
    return false
  } catch (error) {
    log.error('The database does not answer', { ...safeError(error), correlationId })
    return true
  }
}
