import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { settingNames } from '@/lib/config'

/** How a setting stands where operators look for it. In compose.yaml it is handed on under its own name, or read from a file in the container; where it needs a secret of its own the line is a comment. */
const places: readonly [file: string, names: (setting: string) => RegExp][] = [
  ['.env.example', (setting) => new RegExp(`^#?${setting}=`, 'm')],
  ['docs/settings.md', (setting) => new RegExp(`^\\| .*\`${setting}\`.* \\|`, 'm')],
  ['compose.yaml', (setting) => new RegExp(`^ {6}(?:# )?(?:${setting}: (?:\\$\\{${setting}\\b|/)|${setting}_FILE: /run/secrets/)`, 'm')],
]

test.each(places)('%s names every setting', (file, names) => {
  const text = readFileSync(file, 'utf8')
  expect(settingNames.filter((setting) => !names(setting).test(text))).toEqual([])
})
