import { createPrivateKey, createSign, generateKeyPairSync } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { importSigningKey, signWith } from '@/lib/keys/signing-key'
import { Secret } from '@/lib/secret'
import { rounded } from './numbers.ts'

const GOAL_MS = 20
const A_SECOND = 50
const BITS = 3072

/** How long the event loop is held up: at rest, while grants are signed as we sign, and as it would be on this thread. */
export async function measureSigning(seconds: number): Promise<string> {
  const jwk = generateKeyPairSync('rsa', { modulusLength: BITS }).privateKey.export({ format: 'jwk' })
  const key = await importSigningKey({ id: 'bench', alg: 'RS256', header: { kid: 'bench' }, jwk: new Secret(JSON.stringify(jwk)) })
  const here = createPrivateKey({ key: jwk, format: 'jwk' })
  const claims = { iss: 'bench', scope: 'bench', aud: 'https://maskinporten.example/' }
  await signWith(key, claims)

  const rows = [
    await delays('at rest', seconds, () => undefined),
    await delays('signing as we do (WebCrypto)', seconds, () => signWith(key, claims)),
    await delays('signing on the event loop', seconds, () => createSign('RSA-SHA256').update(JSON.stringify(claims)).sign(here)),
  ]
  return [
    `Event-loop delay while ${A_SECOND} grants a second are signed with ${BITS} bits, ${seconds} s each; goal: at most ${GOAL_MS} ms`,
    ...rows.map(({ what, p50, p99, max }) => `  ${what.padEnd(30)} p50 ${p50} ms   p99 ${p99} ms   max ${max} ms`),
  ].join('\n')
}

async function delays(what: string, seconds: number, sign: () => unknown) {
  const histogram = monitorEventLoopDelay({ resolution: 1 })
  const underway: unknown[] = []
  await pause(200)
  histogram.enable()
  for (let due = performance.now(), end = due + seconds * 1000; due < end; due += 1000 / A_SECOND) {
    await pause(Math.max(0, due - performance.now()))
    underway.push(sign())
  }
  histogram.disable()
  await Promise.all(underway)
  const ms = (nanoseconds: number) => rounded(nanoseconds / 1e6)
  return { what, p50: ms(histogram.percentile(50)), p99: ms(histogram.percentile(99)), max: ms(histogram.max) }
}
