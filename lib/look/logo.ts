import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fail, ok, type Result } from '@/lib/result'

export type Logo = { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: 'image/svg+xml' | 'image/png' | 'image/webp'; readonly version: string }

const MOST_BYTES = 100 * 1024
/** What an SVG may not hold: programs, other documents' names, and anything to fetch but a picture inside itself. */
const LIVELY = /<\s*(script|foreignObject|iframe|handler|set|animate)|\son[a-z]+\s*=|javascript:|<!(DOCTYPE|ENTITY)|@import|(href|src)\s*=\s*["']?\s*(?!["']?\s*(#|data:image\/(png|webp|jpeg);))|url\(\s*["']?(?!\s*#)/i

/** A bank's logo from its file, judged by what is in it and not by its name. */
export async function readLogo(path: string): Promise<Result<Logo, 'not-readable' | 'too-large' | 'not-a-logo'>> {
  const file = await readFile(path).catch(() => null)
  if (!file) return fail('not-readable')
  if (file.length > MOST_BYTES) return fail('too-large', `over ${MOST_BYTES} bytes`)
  const type = typeOf(file)
  return type ? ok({ bytes: new Uint8Array(file), type, version: createHash('sha256').update(file).digest('base64url').slice(0, 12) }) : fail('not-a-logo', 'neither a PNG, nor a WebP, nor an SVG that only draws')
}

function typeOf(file: Buffer): Logo['type'] | null {
  if (file.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))) return 'image/png'
  if (file.subarray(0, 4).toString('latin1') === 'RIFF' && file.subarray(8, 12).toString('latin1') === 'WEBP') return 'image/webp'
  const text = file.toString('utf8').replace(/^\uFEFF/, '')
  return /^\s*(<\?xml[^>]*\?>\s*)?(<!--(?:(?!-->)[\s\S])*-->\s*)*<svg[\s>]/.test(text) && !LIVELY.test(text) ? 'image/svg+xml' : null
}
