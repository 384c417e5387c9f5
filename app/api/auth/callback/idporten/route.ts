import type { NextRequest } from 'next/server'
import { takeAnswer, type LogInFlow } from '@/app/_server/auth'
import { nextAddress } from '@/app/_server/continue'
import { correlationId } from '@/app/_server/correlation-id'
import { takeOverInvitation } from '@/app/_server/invitation'
import { startWith, type StartProblem } from '@/app/_server/log-in'
import { services } from '@/app/_server/services'
import { findApplicant } from '@/app/_server/session'
import { isReturnRef } from '@/lib/consent/return-ref'

/** The only address of Auth.js that is open: no sign-in page, no session or sign-out endpoint. */
export async function GET(request: NextRequest): Promise<Response> {
  const flow: LogInFlow = { correlationId: await correlationId() }
  const answer = await takeAnswer(flow, { search: request.nextUrl.search, headers: request.headers })
  const headers = new Headers(answer.headers)
  headers.set('location', await whereTo(flow, request, headers.get('location')))
  return new Response(null, { status: 303, headers })
}

async function whereTo(flow: LogInFlow, request: NextRequest, location: string | null): Promise<string> {
  const { config, audit, clock } = await services()
  if (flow.applicant) {
    await takeOverInvitation(flow.applicant)
    const returnRef = URL.parse(location ?? '', config.APP_URL)?.searchParams.get('s')
    return nextAddress(flow.applicant, isReturnRef(returnRef) ? returnRef : null, flow.correlationId, 2_500)
  }
  // Back, or a reload: the log-in was used, and the person is where it led.
  if (!flow.refusal && (await findApplicant()).applicant) return '/balance'
  const why = problemOf(flow, request)
  await audit.append({ type: 'session.refused', at: clock.now(), actor: 'applicant', correlationId: flow.correlationId, subjectRef: null, consentId: null, outcome: flow.refusal ?? why })
  return startWith(why, flow.correlationId)
}

function problemOf({ refusal }: LogInFlow, request: NextRequest): StartProblem {
  if (refusal) return refusal === 'id-token-invalid' ? 'log-in-failed' : refusal
  return request.nextUrl.searchParams.get('error') === 'access_denied' ? 'log-in-cancelled' : 'log-in-failed'
}
