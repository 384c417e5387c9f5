import { readFile } from 'node:fs/promises'
import { services } from '@/app/_server/services'

const types: Record<string, string> = { svg: 'image/svg+xml', png: 'image/png', webp: 'image/webp' }

/** Lånekassen's trade mark, from the file the operator has got through Bits; it is not in this repository. */
export async function GET(): Promise<Response> {
  const path = (await services()).config.LANEKASSEN_LOGO
  const type = types[path?.split('.').pop()?.toLowerCase() ?? '']
  const file = path && type ? await readFile(path).catch(() => null) : null
  if (!file || !type) return new Response(null, { status: 404 })
  return new Response(new Uint8Array(file), { headers: { 'content-type': type, 'cache-control': 'private, max-age=86400' } })
}
