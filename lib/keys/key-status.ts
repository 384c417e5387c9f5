import { LASTING_BITS, type KeyMaterial, type KeySet } from './key-material'

/** What may be told of a key: for the log and the operator's page. */
export type KeyStatus = {
  readonly setting: string
  /** The kid, or the certificate's fingerprint. */
  readonly id: string
  readonly kind: 'registered-key' | 'business-certificate'
  /** True for the one that signs; the others wait for their turn. */
  readonly signs: boolean
  readonly bits: number
  /** Long enough to last (ASVS 11.2.3). */
  readonly lasting: boolean
  /** When it was posted or issued, and when it ends; null where nobody has said. */
  readonly since: Date | null
  readonly expiresAt: Date | null
  /** Whole days until it ends; below 0 it has. */
  readonly daysLeft: number | null
}

const DAY = 86_400_000

/** The state of each key of a setting. Never anything of the key itself. */
export const keyStatus = (setting: string, keys: KeySet, now: Date): readonly KeyStatus[] =>
  keys.map((key, place) => ({
    setting,
    id: key.id,
    kind: 'kid' in key.header ? 'registered-key' : 'business-certificate',
    signs: place === 0,
    bits: key.bits,
    lasting: key.bits >= LASTING_BITS,
    since: key.since,
    expiresAt: key.expiresAt,
    daysLeft: daysLeft(key, now),
  }))

const daysLeft = ({ expiresAt }: KeyMaterial, now: Date): number | null => expiresAt && Math.floor((expiresAt.getTime() - now.getTime()) / DAY)

/** Days before its end on which an operator is told of a key; from the last of them on, every day. */
const TOLD_AT = [60, 30, 14, 7] as const

/** True on a day on which a key's age is worth a line. */
export const isToldOn = (daysLeft: number): boolean => TOLD_AT.some((day) => day === daysLeft) || daysLeft <= TOLD_AT[3]
/** True from the first of those days on: what is told at start, when nobody knows which days were missed. */
export const isOld = (daysLeft: number): boolean => daysLeft <= TOLD_AT[0]
