/** Starting other programs: one that ends, and one that serves. */
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { guard } from './watchdog.mjs'

export const ROOT = path.resolve(import.meta.dirname, '..')
const windows = process.platform === 'win32'

/** The Node that runs our programs: this one if new enough (it must read TypeScript), else the one npm installed. */
export const NODE = findNode()
function findNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath
  const platform = windows ? 'win' : process.platform
  const bundled = path.join(ROOT, 'node_modules', `node-${platform}-${process.arch}`, 'bin', windows ? 'node.exe' : 'node')
  return fs.existsSync(bundled) ? bundled : process.execPath
}

/** The environment of a child: ours, with our Node and our tools first in the PATH, and no tool that calls home. */
export function childEnv(env = {}) {
  const key = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'
  const first = [path.dirname(NODE), path.join(ROOT, 'node_modules', '.bin')]
  const merged = { ...process.env, [key]: [...first, process.env[key]].join(path.delimiter), NEXT_TELEMETRY_DISABLED: '1', CHECKPOINT_DISABLE: '1', ...env }
  for (const name of Object.keys(merged)) if (merged[name] === undefined) delete merged[name]
  return merged
}

/**
 * Runs one of our npm tools, or any program, to its end. Throws with the output unless it exits 0.
 * @param {string} command
 * @param {string[]} [args]
 * @param {{ env?: Record<string, string | undefined>, quiet?: boolean, cwd?: string }} [options]
 * @returns {Promise<string>} what it said, when `quiet`
 */
export function run(command, args = [], { env, quiet = false, cwd = ROOT } = {}) {
  const child = spawn(command === 'node' ? NODE : command, args, {
    cwd, env: childEnv(env), shell: windows && command !== 'node', stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
  })
  const release = guard({ name: command, pid: child.pid })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => { output += chunk })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      release()
      if (code === 0) return resolve(output)
      const how = signal ? `was ended by ${signal}` : `exited ${code}`
      reject(Object.assign(new Error(`${command} ${args.join(' ')} ${how}\n${output}`.trim()), { code: code ?? 1, output }))
    })
  })
}

/**
 * Starts a server, its output in the file `log` (and, to `show` it, here too), and waits until `ready` answers 2xx.
 * `remove`: a folder that is deleted when it has ended. `onExit` hears of a death that we did not ask for.
 * @param {{ name: string, args: string[], env?: Record<string, string | undefined>, ready: string, log: string, cwd?: string, seconds?: number, show?: boolean, remove?: string, onExit?: (name: string, how: string) => void }} options
 * @returns {Promise<{ pid: number, stop: () => Promise<void> }>}
 */
export async function serve({ name, args, env, ready, log, cwd = ROOT, seconds = 60, show = false, remove, onExit = () => {} }) {
  fs.mkdirSync(path.dirname(log), { recursive: true })
  const out = fs.openSync(log, 'w', 0o600)
  const child = spawn(NODE, args, { cwd, env: childEnv(env), detached: !windows, stdio: ['ignore', show ? 'pipe' : out, show ? 'pipe' : out] })
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      fs.appendFileSync(log, chunk)
      process.stdout.write(chunk)
    })
  }
  fs.closeSync(out)
  const release = guard({ name, pid: child.pid, group: !windows, remove })
  let ended, up = false
  const gone = new Promise((resolve) => child.once('exit', (code, signal) => {
    ended = signal ?? `code ${code}`
    release()
    if (remove) fs.rmSync(remove, { recursive: true, force: true })
    resolve()
    if (up) onExit(name, ended)
  }))
  child.once('error', () => {})
  const stop = async () => {
    up = false
    if (ended !== undefined) return
    child.kill('SIGTERM')
    const hard = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), 12_000)
    await gone
    clearTimeout(hard)
    signalGroup(child.pid, 'SIGKILL') // whatever it had started itself
  }
  for (const end = Date.now() + seconds * 1000; ;) {
    if (ended !== undefined) throw new Error(`${name} ended (${ended}) before it answered. ${tail(log)}`)
    if (await fetch(ready, { signal: AbortSignal.timeout(30_000) }).then((r) => r.ok, () => false)) break
    if (Date.now() > end) {
      await stop()
      throw new Error(`${name} did not answer at ${ready} within ${seconds} s. ${tail(log)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  up = true
  return { pid: child.pid, stop }
}

function signalGroup(pid, signal) {
  try { process.kill(windows ? pid : -pid, signal) } catch { /* nobody there any more */ }
}

/** The last words of a log file, for an error message. */
export function tail(log, lines = 20) {
  const text = fs.existsSync(log) ? fs.readFileSync(log, 'utf8').trim() : ''
  return text ? `The last lines of ${path.relative(ROOT, log)}:\n${text.split('\n').slice(-lines).join('\n')}` : `${path.relative(ROOT, log)} is empty.`
}

/**
 * Ports that nobody listens on right now, all of them different.
 * @param {number} count
 * @returns {Promise<number[]>}
 */
export async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(server))
  })))
  const ports = servers.map((server) => server.address().port)
  await Promise.all(servers.map((server) => new Promise((resolve) => { server.close(resolve) })))
  return ports
}

/**
 * A port that nobody listens on right now.
 * @returns {Promise<number>}
 */
export const freePort = async () => (await freePorts(1))[0]
