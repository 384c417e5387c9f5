import type { Clock } from './clock'
import type { Http } from './http'
import { troubles } from './http-answer'
import { policies, type Upstream } from './policies'
import { fail } from './result'
import type { UpstreamGate } from './upstream-gate'

/**
 * Calls to one upstream through its gate: while that is closed they end at once as `busy` or `held-back`, with the
 * seconds left, and no byte is sent. A call that its page broke off before half of the upstream's time says nothing of it.
 */
export const guarded = (http: Http, gates: UpstreamGate, clock: Clock, upstream: Upstream): Http => async (call) => {
  const { total } = policies[upstream]
  const admission = await gates.admit(upstream, total, clock.now())
  if (admission.gate === 'busy' || admission.gate === 'failing') {
    const left = Math.max(1, Math.ceil((admission.until.getTime() - clock.now().getTime()) / 1000))
    return { ...fail(admission.gate === 'busy' ? 'busy' : 'held-back', 'the gate is closed'), retryAfter: left, unsent: true }
  }
  const begun = clock.now().getTime()
  const answer = await http(call)
  const hadItsTime = clock.now().getTime() - begun >= total / 2
  if (answer.ok || !(troubles.has(answer.reason) || answer.reason === 'busy')) {
    if (admission.gate === 'probe') await gates.open(upstream)
  } else if (answer.reason === 'busy') await gates.busy(upstream, answer.retryAfter ?? null, clock.now())
  else if (hadItsTime || !call.signal?.aborted) await gates.failed(upstream, clock.now())
  return answer
}
