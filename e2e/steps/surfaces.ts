/** One place where something may have been left, and what stands there as text. */
export type Surface = { readonly name: string; readonly text: string }
/** Something that must not be left, by a name that may be printed. */
export type Canary = { readonly name: string; readonly text: string }

/** The ways a value is written down, on purpose or by accident. Base64 in its three alignments, less what the neighbours decide. */
const writings: Record<string, (text: string) => readonly string[]> = {
  plain: (text) => [text],
  backwards: (text) => [[...text].reverse().join('')],
  hex: (text) => [Buffer.from(text).toString('hex')],
  base64: (text) => [0, 1, 2].map((before) => {
    const encoded = Buffer.from(' '.repeat(before) + text).toString('base64')
    return encoded.slice(before === 0 ? 0 : before + 1, Math.floor(((before + Buffer.byteLength(text)) * 8) / 6))
  }),
  'in an address': (text) => [encodeURIComponent(text), [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')],
}
export const writingNames = Object.keys(writings)
export const written = (text: string, writing: string): readonly string[] => writings[writing]?.(text) ?? []

/** An amount as the digits of the source, in øre, and as the screen shows it; too short a writing would be found by chance. */
export const amountCanaries = (kroner: string): readonly Canary[] => {
  const [whole = '', ore = ''] = kroner.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ' ')
  return [
    { name: `${kroner} as sent`, text: kroner },
    { name: `${kroner} in øre`, text: `${whole}${ore}` },
    ...[' ', '\u00a0', '\u202f'].map((space) => ({ name: `${kroner} as shown`, text: `${grouped.replaceAll(' ', space)},${ore}` })),
    { name: `${kroner} in English`, text: `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${ore}` },
  ]
}

/** A national id in one piece, and as people write it. */
export const personCanaries = (pid: string): readonly Canary[] => [
  { name: 'the national id', text: pid },
  { name: 'the national id in two pieces', text: `${pid.slice(0, 6)} ${pid.slice(6)}` },
]

/** Bytes in a dump are hex: what they say is looked at as well. */
const decoded = (text: string): string =>
  [...text.matchAll(/\\\\?x([0-9a-f]{8,})/g)].map(([, hex]) => ['latin1', 'utf8'].map((as) => Buffer.from(hex ?? '', 'hex').toString(as as BufferEncoding)).join('\n')).join('\n')

/** Every canary found, by its name, how it was written, and where. */
export function found(canaries: readonly Canary[], surfaces: readonly Surface[]): string[] {
  return surfaces.flatMap(({ name: where, text }) => {
    const all = `${text}\n${decoded(text)}`
    const lower = all.toLowerCase()
    return canaries.flatMap((canary) =>
      writingNames.filter((writing) => written(canary.text, writing).some((one) => (writing === 'hex' || writing === 'in an address' ? lower.includes(one.toLowerCase()) : all.includes(one))))
        .map((writing) => `${canary.name}, ${writing}, in ${where}`))
  })
}
