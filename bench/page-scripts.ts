import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Caller } from './exchange.ts'

export type Script = { readonly path: string; readonly gzip: number }
export type PageScripts = {
  /** Files that a browser with modules fetches for this page, largest first. */
  readonly files: readonly Script[]
  readonly total: number
  /** What Next itself loads on every page of any app, as its build manifest says. */
  readonly next: number
  /** The page itself, with the inline scripts that carry React's data. */
  readonly html: number
}

const attribute = (tag: string, name: string): string | undefined => new RegExp(`\\s${name}="([^"]*)"`, 'i').exec(tag)?.[1]?.replaceAll('&amp;', '&')

/**
 * Addresses of the scripts of a page: its script elements (without `nomodule`), its preloads, and the chunks that
 * React's inline data names, which the browser fetches once it reads that far.
 */
export function scriptsIn(html: string): string[] {
  const found = new Set<string>()
  const old = new Set<string>()
  for (const [tag] of html.matchAll(/<script\b[^>]*>/gi)) {
    const src = attribute(tag, 'src')
    if (src) (/\snomodule\b/i.test(tag) ? old : found).add(src)
  }
  for (const [tag] of html.matchAll(/<link\b[^>]*>/gi)) {
    const rel = attribute(tag, 'rel')?.toLowerCase()
    const href = attribute(tag, 'href')
    if (href && (rel === 'modulepreload' || (rel === 'preload' && attribute(tag, 'as') === 'script'))) found.add(href)
  }
  for (const [chunk] of html.matchAll(/(?<=["'])\/_next\/static\/chunks\/[\w.~-]+\.js/g)) found.add(chunk)
  return [...found].filter((path) => !old.has(path))
}

const sum = (files: readonly Script[]): number => files.reduce((total, { gzip }) => total + gzip, 0)

/** The files that a build loads on every page, whatever is on it. */
function rootFilesOf(server: string): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(dirname(server), '.next/build-manifest.json'), 'utf8')) as { rootMainFiles: string[] }
  return manifest.rootMainFiles.map((file) => `/_next/${file}`)
}

/** Fetches a page and its scripts, and weighs them as `gzip -9` would send them. */
export async function weighScripts({ appUrl, server, caller }: { appUrl: string; server: string; caller: Caller }, path: string, cookie: string): Promise<PageScripts> {
  const page = await caller.call({ url: new URL(path, appUrl), headers: { cookie } })
  if (page.status !== 200) throw new Error(`${path} answered ${page.status}`)
  const files: Script[] = []
  for (const src of scriptsIn(page.body.toString('utf8'))) {
    const script = await caller.call({ url: new URL(src, appUrl) })
    if (script.status !== 200) throw new Error(`${src} answered ${script.status}`)
    files.push({ path: src, gzip: gzipSync(script.body, { level: 9 }).length })
  }
  files.sort((a, b) => b.gzip - a.gzip)
  const root = rootFilesOf(server)
  return { files, total: sum(files), next: sum(files.filter((file) => root.includes(file.path))), html: gzipSync(page.body, { level: 9 }).length }
}
