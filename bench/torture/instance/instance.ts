import { fork, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { childEnv, NODE, ROOT, tail } from '../../../cli/run.mjs'
import { withoutSettings } from '../../../cli/sandbox-settings.mjs'
import { guard } from '../../../cli/watchdog.mjs'
import type { Answered, Told } from './process.ts'
import type { Stop, StopVerbs } from './stops.ts'
import type { Verbs } from './verbs.ts'

export type InstanceOptions = {
  readonly settings?: Readonly<Record<string, string>>
  /** Milliseconds that its clock is ahead from the start. */
  readonly clockMs?: number
  /** Further arguments for Node: `--expose-gc`. */
  readonly nodeArgs?: readonly string[]
}
type Start = InstanceOptions & { readonly settings: Readonly<Record<string, string>>; readonly log: string }

/** The verb threw inside the instance: its class, code and place, never its message. */
export class InstanceError extends Error {
  constructor(verb: string, about: object) {
    super(`${verb} threw ${JSON.stringify(about)}`)
    this.name = 'InstanceError'
  }
}
/** The process ended before it answered. */
export class InstanceGone extends Error {
  constructor(verb: string) {
    super(`the instance ended before it answered ${verb}`)
    this.name = 'InstanceGone'
  }
}

type All = Verbs & StopVerbs
type Asked = { readonly [V in keyof All]: (...given: Parameters<All[V]>) => Promise<Awaited<ReturnType<All[V]>>> }

/** One instance of the core, seen from outside. */
export type Instance = {
  readonly pid: number
  /** Everything that can be asked of it. Rejects with InstanceError or InstanceGone. */
  readonly does: Asked
  /** Milliseconds that its last answers took, by its own watch; emptied by reading. */
  slowest(): number
  /** The next moment at which it stops, as it was told to. */
  arrival(): Promise<Stop>
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void
  /** Resolves when the process has ended, however that came. */
  readonly ended: Promise<void>
  readonly hasEnded: () => boolean
  stop(): Promise<void>
  readonly log: string
}

const PROGRAM = join(import.meta.dirname, 'process.ts')

export async function startInstance({ settings, clockMs = 0, nodeArgs = [], log }: Start): Promise<Instance> {
  const out = openSync(log, 'a', 0o600)
  const child = fork(PROGRAM, [], {
    cwd: ROOT,
    execPath: NODE,
    execArgv: ['--import', './bench/resolve.ts', ...nodeArgs],
    env: childEnv({ ...withoutSettings(), ...settings, NODE_ENV: 'production', TORTURE_CLOCK_MS: String(clockMs) }),
    stdio: ['ignore', out, out, 'ipc'],
    serialization: 'advanced',
  })
  closeSync(out)
  const instance = follow(child, log)
  const ready = await Promise.race([instance.ready.then(() => true), instance.ended.then(() => false)])
  if (!ready) throw new Error(`an instance did not start. ${tail(log)}`)
  return instance
}

type Waiting = { readonly verb: string; resolve(value: unknown): void; reject(error: Error): void }

function follow(child: ChildProcess, log: string): Instance & { readonly ready: Promise<void> } {
  const pid = child.pid ?? 0
  const release = guard({ name: 'A tortured instance', pid, signal: 'SIGKILL' })
  const waiting = new Map<number, Waiting>()
  let last = 0
  let slowest = 0
  let gone = false
  let isReady = () => {}
  let heard = (_stop: Stop) => {}
  const ready = new Promise<void>((resolve) => { isReady = resolve })
  const ended = new Promise<void>((resolve) => child.once('exit', () => {
    gone = true
    release()
    for (const { verb, reject } of waiting.values()) reject(new InstanceGone(verb))
    waiting.clear()
    resolve()
  }))
  child.on('error', () => undefined)
  child.on('message', (message) => {
    const answer = message as Answered
    if ('ready' in answer) return isReady()
    if ('arrived' in answer) return heard(answer.arrived)
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    slowest = Math.max(slowest, answer.ms)
    if (answer.ok) asked?.resolve(answer.value)
    else asked?.reject(new InstanceError(asked.verb, answer.error))
  })
  const tell = (verb: string, given: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (gone) return reject(new InstanceGone(verb))
      const told: Told = { id: ++last, verb, given }
      waiting.set(told.id, { verb, resolve, reject })
      child.send(told, (error) => { if (error && waiting.delete(told.id)) reject(new InstanceGone(verb)) })
    })
  return {
    pid, ready, ended, log,
    does: new Proxy({}, { get: (_target, verb) => (given: unknown) => tell(String(verb), given) }) as Asked,
    hasEnded: () => gone,
    arrival: () => new Promise((resolve) => { heard = resolve }),
    slowest() {
      const was = slowest
      slowest = 0
      return was
    },
    signal: (signal) => void child.kill(signal),
    async stop() {
      if (!gone) child.kill('SIGCONT')
      if (!gone) child.kill('SIGKILL')
      await ended
    },
  }
}
