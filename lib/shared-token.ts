import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from './clock'
import { fail, ok, type Result } from './result'
import type { Secret } from './secret'

export type LeasedToken = { readonly token: Secret; readonly expiresAt: Date }

/**
 * One token for each key in the whole cluster. Whoever wins the lease fetches; the epoch fences off a winner that
 * woke up too late. Time is the database's own, so that clocks of instances do not matter.
 */
export type TokenLease = {
  /** The token when it lives at least `margin` seconds more. */
  read(key: string, margin: number): Promise<LeasedToken | null>
  /** The epoch for a fetch of at most `seconds`; null when somebody else has it. */
  acquire(key: string, seconds: number): Promise<bigint | null>
  /** Writes the token if the lease is still ours, and lets the others in. `lifetime` in seconds. */
  put(key: string, epoch: bigint, token: Secret, lifetime: number): Promise<boolean>
  /** Gives up the lease without a token. */
  release(key: string, epoch: bigint): Promise<void>
  /** Forgets a token that was refused, so that the next one asks anew; another token than that stays. */
  forget(key: string, refused: Secret): Promise<void>
}

/** A token as it was given, and the seconds that it lives. */
export type FreshToken = { readonly token: Secret; readonly lifetime: number }

export type Shared<Reason extends string> = {
  readonly key: string
  readonly fetch: () => Promise<Result<FreshToken, Reason>>
  /** Milliseconds that the fetch takes at most. */
  readonly budget: number
  /** Why there is none, to those who did not fetch it and could wait no longer. */
  readonly unavailable: Reason
  readonly signal?: AbortSignal | undefined
}

/** Seconds before its end that a token counts as used up: one slow call to a source plus a clock's error. */
const MARGIN = 15

/**
 * A token that everybody shares: those who ask at once in this process wait for one fetch, and so do those of all
 * instances, through the lease. A page may give up; the fetch goes on for the others who wait for it.
 */
export function createTokenShare(lease: TokenLease, clock: Clock): <Reason extends string>(wanted: Shared<Reason>) => Promise<Result<Secret, Reason>> {
  const underway = new Map<string, Promise<unknown>>()

  async function throughLease<Reason extends string>({ key, fetch, budget, unavailable }: Shared<Reason>): Promise<Result<Secret, Reason>> {
    const giveUp = clock.now().getTime() + budget + 2_000
    for (;;) {
      const held = await lease.read(key, MARGIN)
      if (held) return ok(held.token)
      const epoch = await lease.acquire(key, budget / 1000 + 1)
      if (epoch !== null) {
        // Somebody may have put theirs between our look and our turn.
        const meanwhile = await lease.read(key, MARGIN)
        if (meanwhile) {
          await lease.release(key, epoch)
          return ok(meanwhile.token)
        }
        const fresh = await fetch().catch(async (error: unknown) => {
          await lease.release(key, epoch)
          throw error
        })
        if (!fresh.ok) await lease.release(key, epoch)
        else await lease.put(key, epoch, fresh.value.token, fresh.value.lifetime)
        return fresh.ok ? ok(fresh.value.token) : fresh
      }
      if (clock.now().getTime() > giveUp) return fail(unavailable, 'another instance has not got a token either')
      await pause(randomInt(40, 80))
    }
  }

  return (wanted) => {
    const running = (underway.get(wanted.key) as ReturnType<typeof throughLease<typeof wanted.unavailable>> | undefined) ?? throughLease(wanted).finally(() => underway.delete(wanted.key))
    underway.set(wanted.key, running)
    return wanted.signal ? Promise.race([running, whenAborted(wanted.signal, wanted.unavailable)]) : running
  }
}

const whenAborted = <Reason extends string>(signal: AbortSignal, reason: Reason): Promise<Result<Secret, Reason>> =>
  new Promise((resolve) => {
    const giveUp = () => resolve(fail(reason, 'no time left'))
    if (signal.aborted) giveUp()
    else signal.addEventListener('abort', giveUp, { once: true })
  })
