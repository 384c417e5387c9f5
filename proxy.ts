import { randomBytes } from 'node:crypto'
import { NextResponse, type NextRequest } from 'next/server'
import { isSecure } from '@/app/_server/cookies'
import { correlationHeader, nameTrace } from '@/app/_server/correlation-id'
import { misdirectedPage, unavailablePage } from '@/app/_server/plain-page'
import { contentSecurityPolicy, frontChannelPolicy, nonceHeader } from '@/app/_server/security-headers'
import { installation } from '@/app/_server/services'
import { isDevelopment } from '@/lib/config'
import { bankMark } from '@/lib/installation'
import { newCorrelationId } from '@/lib/correlation-id'
import { safeError } from '@/lib/log'
import type { Services } from '@/lib/services'
import { localeCookie } from '@/messages/locales'

/**
 * Sets headers, says 405 to a method that nothing here has, 421 at a host of nobody's, and 503 while the database is away. It is
 * never a lock: each page, action and route asks for its own bank and its own actor, and stays shut without this.
 */
export async function proxy(request: NextRequest): Promise<Response> {
  const { pathname, protocol } = request.nextUrl
  const { bankOf, markOf } = installation()
  const bank = bankOf(request.headers)
  const nonce = randomBytes(16).toString('base64')
  const policy = bank && !isForOperators(pathname) ? policyOf(bank, pathname, nonce) : "default-src 'none'; frame-ancestors 'none'"
  const correlationId = newCorrelationId()
  nameTrace(correlationId)

  const inward = new Headers(request.headers)
  inward.set(nonceHeader, nonce)
  inward.set(correlationHeader, correlationId)
  // When an action leads to a page, Next asks itself for it, at an address of its own and with these headers.
  if (bank) inward.set(bankMark, markOf(bank))
  inward.set('content-security-policy', policy)
  const about = { locale: request.cookies.get(localeCookie)?.value, reference: correlationId }
  const answer = (await refusal(request.method, bank, pathname, about)) ?? NextResponse.next({ request: { headers: inward } })
  answer.headers.set('content-security-policy', policy)
  answer.headers.set('x-request-id', correlationId)
  if (!bank || !isStatic(pathname)) answer.headers.set('cache-control', 'no-store')
  if (protocol === 'https:' || isSecure(bank ?? installation())) answer.headers.set('strict-transport-security', 'max-age=63072000; includeSubDomains')
  return answer
}

/** Told at any host: whoever asks is a machine of the operator's, and no bank's customer. */
const isForOperators = (pathname: string): boolean => pathname.startsWith('/api/health/') || pathname === '/api/metrics'
/** The same for everybody, and needs no database. What a bank's own look is made of says itself how long it may be kept. */
const isStatic = (pathname: string): boolean => pathname.startsWith('/_next/static/') || ['/favicon.svg', '/api/bank-look', '/api/bank-logo'].includes(pathname)

const policyOf = (bank: Services, pathname: string, nonce: string): string =>
  pathname === '/api/auth/logout/frontchannel' ? frontChannelPolicy(bank) : contentSecurityPolicy(bank, pathname, nonce, isDevelopment())

/** A page is drawn for whichever method Next is asked with; routes know their own. */
const METHODS = ['GET', 'HEAD', 'POST']

/** Why the request goes no further, as a page; null when it does. */
async function refusal(method: string, bank: Services | null, pathname: string, about: { locale: string | undefined; reference: string }): Promise<NextResponse | null> {
  if (!METHODS.includes(method)) return new NextResponse(null, { status: 405, headers: { allow: METHODS.join(', ') } })
  if (isForOperators(pathname)) return null
  if (installation().config.BACKGROUND_JOBS === 'only') return new NextResponse(null, { status: 404 })
  if (!bank) return misdirectedPage(about)
  return !isStatic(pathname) && (await databaseIsAway(bank, about.reference)) ? unavailablePage(about) : null
}

/** Milliseconds that an answer of the database counts for: one question a second, however many the pages. */
const ANSWER_COUNTS = 1_000
let answeredAt = -Infinity

async function databaseIsAway({ db, log }: Services, correlationId: string): Promise<boolean> {
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
