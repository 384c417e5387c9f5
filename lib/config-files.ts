import { readFileSync } from 'node:fs'
import { isAbsolute } from 'node:path'

export type Environment = Readonly<Record<string, string | undefined>>
export type Given = Record<string, string | undefined>

/** Settings whose files are bytes, and not text. They are carried as base64, which their files may hold as well. */
const bytes: ReadonlySet<string> = new Set(['MASKINPORTEN_P12'])
/** What DER begins with (SEQUENCE); base64 never does. */
const SEQUENCE = 0x30

/**
 * Where a file named in a setting is. The server goes to a folder of its own when it starts, so the one it came from
 * counts. Put together by hand: what `path.resolve` may lead to, Next would copy into the build.
 */
export const placeOf = (file: string, { SALDOSYN_STARTED_IN: from }: Environment): string => (isAbsolute(file) || !from ? file : `${from}/${file}`)

/** An empty setting counts as not given; `X_FILE` gives `X` as the content of a file. */
export function withFiles(environment: Environment, names: readonly string[]): { given: Given; unreadable: string[] } {
  const given: Given = {}
  const unreadable: string[] = []
  for (const [name, value] of Object.entries(environment)) if (value !== undefined && value.trim() !== '') given[name] = value
  for (const name of names) {
    const file = given[`${name}_FILE`]
    if (file === undefined) continue
    if (given[name] !== undefined) unreadable.push(`${name} is given twice, also as ${name}_FILE`)
    try {
      const content = readFileSync(placeOf(file, environment))
      given[name] = bytes.has(name) && content[0] === SEQUENCE ? content.toString('base64') : content.toString('utf8').trim()
    } catch {
      unreadable.push(`${name}_FILE cannot be read`)
    }
  }
  return { given, unreadable }
}
