/** A small house in a temporary folder, to break rules in. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { ROOT } from './run.mjs'

/**
 * @param {Record<string, string>} files path → text
 * @returns {string} the folder
 */
export function writeTree(files) {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'saldosyn-tree-')))
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    fs.writeFileSync(path.join(folder, file), text)
  }
  return folder
}

/** The compiler's settings are ours. */
export const tsconfig = () => {
  const { compilerOptions } = JSON.parse(fs.readFileSync(path.join(ROOT, 'tsconfig.json'), 'utf8'))
  return JSON.stringify({ compilerOptions: { ...compilerOptions, plugins: [], incremental: false, types: [] }, include: ['**/*.ts', '**/*.tsx'] })
}
