import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { childEnv, NODE, tail } from '../cli/run.mjs'
import { withoutSettings } from '../cli/sandbox-settings.mjs'
import { guard } from '../cli/watchdog.mjs'
import { createCaller } from './exchange.ts'

export type Instance = { readonly appUrl: string; readonly pid: number; /** Milliseconds from starting the process to its first "ready". */ readonly startMs: number; stop(): Promise<void> }
type Start = { readonly server: string; readonly port: number; readonly settings: Readonly<Record<string, string>>; readonly log: string; /** Where browsers come to, when that is not the instance itself. */ readonly appUrl?: string }

/** One more instance of the app, with a clock beside it. Everything it needs is already running. */
export async function startInstance({ server, port, settings, log, appUrl = `http://localhost:${port}` }: Start): Promise<Instance> {
  const out = openSync(log, 'a', 0o600)
  const env = childEnv({ ...withoutSettings(), ...settings, APP_URL: appUrl, PORT: String(port), HOSTNAME: '127.0.0.1', NODE_ENV: 'production' })
  const began = performance.now()
  const child = spawn(NODE, [server], { env, stdio: ['ignore', out, out] })
  closeSync(out)
  const pid = child.pid ?? 0
  const release = guard({ name: 'A measured app', pid })
  let ended = false
  const gone = new Promise<void>((resolve) => child.once('exit', () => {
    ended = true
    release()
    resolve()
  }))
  const stop = async () => {
    if (!ended) child.kill('SIGTERM')
    await gone
  }
  const caller = createCaller()
  const url = new URL(`http://localhost:${port}/api/health/ready`)
  try {
    for (;;) {
      if (await caller.call({ url }).then(({ status }) => status === 200, () => false)) return { appUrl, pid, startMs: performance.now() - began, stop }
      if (ended || performance.now() - began > 30_000) throw new Error(`the app did not become ready. ${tail(log)}`)
      await pause(5)
    }
  } catch (error) {
    await stop()
    throw error
  } finally {
    caller.close()
  }
}
