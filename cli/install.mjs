/** Fetches what package-lock.json names, when that has not been done. Runs on Node 20 with nothing installed. */
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..')
const changed = (file) => { try { return fs.statSync(path.join(root, file)).mtimeMs } catch { return 0 } }

if (changed('node_modules/.package-lock.json') < changed('package-lock.json')) await install()

function install() {
  const first = !fs.existsSync(path.join(root, 'node_modules'))
  console.log(first ? 'Installing what Saldosyn needs. The first time this takes a minute or two.' : 'Some packages have changed. Installing them.')
  const began = Date.now()
  const seconds = () => Math.round((Date.now() - began) / 1000)
  const ticking = setInterval(() => console.log(`… still installing (${seconds()} s)`), 15_000)

  // npm replaces node_modules, also the Node in it: run npm with the Node that npm itself came with.
  const env = { ...process.env }
  const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
  env[name] = (env[name] ?? '').split(path.delimiter).filter((part) => !part.includes(`node_modules${path.sep}.bin`)).join(path.delimiter)
  const { npm_execpath: npm, npm_node_execpath: node } = process.env
  const [command, args] = npm && node && fs.existsSync(node) ? [node, [npm]] : ['npm', []]
  const child = spawn(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' && command === 'npm' })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { output += chunk })
  return new Promise((resolve) => {
    const end = (code, words) => {
      clearInterval(ticking)
      if (code === 0) {
        console.log(`Installed in ${seconds()} s.`)
        return resolve()
      }
      console.error(`${output}\n${words}`)
      process.exit(1)
    }
    child.once('error', (error) => end(1, `npm could not be started (${error.message}). Is Node installed with npm?`))
    child.once('close', (code) => end(code, 'The packages could not be installed; npm says why above. Check the network and try again, or run "npm ci" yourself.'))
  })
}
