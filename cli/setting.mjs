/** A setting of the environment, or of the file that NAME_FILE names. */
import fs from 'node:fs'

export function settingFrom(name, env = process.env) {
  const file = env[`${name}_FILE`]
  return env[name] || (file ? fs.readFileSync(file, 'utf8').trim() : undefined) || undefined
}
