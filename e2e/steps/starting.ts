import { spawn } from 'node:child_process'
import { freePort, NODE } from '../../cli/run.mjs'
import { withoutSettings } from '../../cli/sandbox-settings.mjs'
import type { House } from './house.ts'

/** Starts the server with settings of the house, changed; gives how it ended and all that it said. */
export async function startsWith(house: House, changes: Record<string, string | undefined>, cwd = process.cwd()): Promise<{ code: number | null; said: string }> {
  const env = { ...process.env, ...withoutSettings(), ...house.settings, NODE_ENV: 'production', PORT: String(await freePort()), HOSTNAME: '127.0.0.1', ...changes }
  const server = spawn(NODE, [String(process.env.JOURNEYS_SERVER)], { env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)) as NodeJS.ProcessEnv, stdio: ['ignore', 'pipe', 'pipe'], cwd })
  let said = ''
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk: Buffer) => { said += chunk.toString() })
  const timer = setTimeout(() => server.kill('SIGKILL'), 45_000)
  const code = await new Promise<number | null>((resolve) => server.once('close', resolve))
  clearTimeout(timer)
  return { code, said }
}
