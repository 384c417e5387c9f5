/** Lets Node read the core as the app's bundler does: `@/` is the repository, and a TypeScript file may be named without `.ts`. */
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const ROOT = resolve(import.meta.dirname, '..')

function pathOf(specifier: string, parent: string | undefined): string | null {
  if (specifier.startsWith('@/')) return resolve(ROOT, specifier.slice(2))
  if (!/^\.\.?\//.test(specifier) || !parent?.startsWith('file:') || parent.includes('/node_modules/')) return null
  return resolve(fileURLToPath(parent), '..', specifier)
}

registerHooks({
  resolve(specifier, context, next) {
    const path = pathOf(specifier, context.parentURL)
    const file = path === null ? undefined : [path, `${path}.ts`].find((candidate) => /\.(ts|mjs)$/.test(candidate) && existsSync(candidate))
    return next(file === undefined ? specifier : pathToFileURL(file).href, context)
  },
})
