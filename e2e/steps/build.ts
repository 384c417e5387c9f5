import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** What the build says of itself: where its pages, routes and actions are. */

const read = <T>(server: string, file: string): T => JSON.parse(readFileSync(join(dirname(server), '.next', file), 'utf8')) as T
/** Next's own pages for what is not found and for what threw. */
const NEXTS = /^\/_/

/** An action's id in this build, its file and name, a page that it is called from, and whether it is told which of something. */
export type BuiltAction = { readonly id: string; readonly name: string; readonly page: string; readonly isToldWhich: boolean }
export type Built = { readonly pages: readonly string[]; readonly routes: readonly string[]; readonly actions: readonly BuiltAction[] }

export function builtParts(server: string): Built {
  const all = Object.entries(read<Record<string, string>>(server, 'app-path-routes-manifest.json')).filter(([, path]) => !NEXTS.test(path))
  const pathOf = new Map(all.map(([file, path]) => [`app${file}`, path]))
  const { node } = read<{ node: Record<string, { exportedName: string; filename: string; workers: Record<string, unknown> }> }>(server, 'server/server-reference-manifest.json')
  return {
    pages: all.filter(([file]) => file.endsWith('/page')).map(([, path]) => path),
    routes: all.filter(([file]) => file.endsWith('/route')).flatMap(([file, path]) => methodsOf(`app${file}.ts`).map((method) => `${method} ${path}`)),
    actions: Object.entries(node).map(([id, { exportedName, filename, workers }]) => ({ id, name: `${filename} ${exportedName}`, page: Object.keys(workers).flatMap((worker) => pathOf.get(worker) ?? [])[0] ?? '/', isToldWhich: isToldWhich(filename, exportedName) })),
  }
}

/** The methods that a route has: only its source says so. */
const methodsOf = (file: string): string[] => [...readFileSync(file, 'utf8').matchAll(/^export (?:async )?(?:function|const) (GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\b/gm)].map(([, method = '']) => method)

/** Whether an action has an argument of its own beside the form, or reads a field as an id: only its source says so. */
function isToldWhich(file: string, name: string): boolean {
  const [found, given = '', does = ''] = new RegExp(`^export async function ${name}\\(([^)]*)\\)[^\\n]*\\{\\n(.*?)^\\}`, 'ms').exec(readFileSync(file, 'utf8')) ?? []
  if (found === undefined) throw new Error(`${name} is not where the build says: ${file}`)
  return given.includes(': string') || does.includes('uuid()')
}

/** A copy of the build from which the proxy has been taken out, as if it had never been written. */
export function buildWithoutProxy(server: string): { server: string; remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), 'saldosyn-without-proxy-'))
  cpSync(dirname(server), dir, { recursive: true, verbatimSymlinks: true })
  const manifest = join(dir, '.next/server/functions-config-manifest.json')
  const { functions, ...rest } = JSON.parse(readFileSync(manifest, 'utf8')) as { functions: Record<string, unknown> }
  const { '/_middleware': proxy, ...others } = functions
  const code = join(dir, '.next/server/middleware.js')
  if (!proxy || !existsSync(code)) throw new Error('the proxy is not where it was: look at how Next builds it')
  writeFileSync(manifest, JSON.stringify({ ...rest, functions: others }))
  rmSync(code)
  return { server: join(dir, 'server.js'), remove: () => rmSync(dir, { recursive: true, force: true }) }
}
