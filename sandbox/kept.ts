import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { z } from 'zod'

/** A place where something outlives the process. */
export type KeptList<T> = { read(): T[]; write(list: readonly T[]): void }

/** Keeps a list in a file that only its owner may read. A file that is missing or cannot be understood is an empty one. */
export function keptAs<T>(path: string, shape: z.ZodType<T[]>): KeptList<T> {
  return {
    read() {
      try {
        return shape.parse(JSON.parse(readFileSync(path, 'utf8')))
      } catch {
        return []
      }
    },
    write(list) {
      writeFileSync(`${path}.new`, JSON.stringify(list), { mode: 0o600 })
      renameSync(`${path}.new`, path)
    },
  }
}
