import { Secret } from '@/lib/secret'

/**
 * The last name that Altinn 2 knows a person by: the last word of what they wrote ("von der Lippe" is Lippe there). Null
 * when nothing in it can be a name. A name is kept nowhere and printed nowhere, as a secret is.
 */
export function lastNameOf(written: unknown): Secret | null {
  if (typeof written !== 'string' || written.length > 200) return null
  const name = written.normalize('NFC').trim().split(/\s+/).at(-1) ?? ''
  return /^\p{L}[\p{L}\p{M}'’.-]{0,99}$/u.test(name) ? new Secret(name.replaceAll('’', "'")) : null
}
