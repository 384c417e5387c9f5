import { dayInFileName } from '@/components/dates'

type File = { readonly body: BodyInit; readonly type: string; /** What it is, and its ending: nothing of whose it is. */ readonly name: string; readonly ending: string; readonly at: Date }

/** An answer that the browser keeps as a file, and nobody else keeps at all. */
export const download = ({ body, type, name, ending, at }: File): Response =>
  new Response(body, { headers: { 'content-type': type, 'content-disposition': `attachment; filename="${name}-${dayInFileName(at)}.${ending}"`, 'cache-control': 'no-store' } })

/** For an address that is not this person's, or nobody's: the same answer for both. */
export const notTheirs = (): Response => new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } })
