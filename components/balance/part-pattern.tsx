import type { PartKind } from '@/lib/sources/lanekassen/balance'

/** What is drawn over the ground of each part, in a square of eight pixels; told apart without colour. */
const marks: Record<PartKind, string | null> = {
  loan: null,
  interest: 'M-2 2 2-2M0 8 8 0M6 10 10 6',
  fee: 'M2.5 4h3',
  cost: 'M0 4h8M4 0v8',
  other: 'M0 4h8',
}

const idOf = (kind: PartKind) => `part-${kind}`

/** The pattern of a part, for the `defs` of the one drawing that the page has. */
export function PartPattern({ kind }: { readonly kind: PartKind }) {
  const mark = marks[kind]
  return (
    <pattern id={idOf(kind)} className={idOf(kind)} width="8" height="8" patternUnits="userSpaceOnUse">
      <rect className="part-ground" width="8" height="8" />
      {mark && <path className="part-mark" d={mark} />}
    </pattern>
  )
}

export const fillOf = (kind: PartKind): string => `url(#${idOf(kind)})`

/** The little square beside the part's row in the table. */
export function PartSwatch({ kind }: { readonly kind: PartKind }) {
  return (
    <svg className="shrink-0" width="16" height="16" aria-hidden="true">
      <rect width="16" height="16" rx="3" fill={fillOf(kind)} />
    </svg>
  )
}
