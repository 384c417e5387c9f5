import type { Clock } from '@/lib/clock'
import type { Log } from '@/lib/log'
import type { KeyRing } from './key-ring'
import { isOld, isToldOn, keyStatus, type KeyStatus } from './key-status'

type Deps = { readonly clock: Clock; readonly log: Log; readonly keyRings: readonly KeyRing[] }

/** At start: which keys there are, and what should worry an operator about them. `lasting`: whether short keys are worth a word here. */
export function tellOfKeysAtStart({ clock, log, keyRings }: Deps, { lasting }: { lasting: boolean }): void {
  for (const ring of keyRings)
    for (const key of keyStatus(ring.setting, ring.keys(), clock.now())) {
      log.info(key.signs ? 'This key signs for us' : 'This key is at hand, and does not sign', fieldsOf(key))
      if (lasting && !key.lasting) log.warn('This key is short for production: the next one should have 3072 bits', fieldsOf(key))
      if (key.daysLeft !== null && isOld(key.daysLeft)) tellOfAge(log, key)
    }
}

export type KeysState = 'ok' | 'file-refused' | 'too-old'

/** For a health check: whether a key that signs is past its end, or a changed file could not be taken up. */
export function stateOfKeys(keyRings: readonly KeyRing[], now: Date): KeysState {
  const signing = keyRings.flatMap((ring) => keyStatus(ring.setting, ring.keys(), now).filter(({ signs }) => signs))
  if (signing.some(({ daysLeft }) => daysLeft !== null && daysLeft < 0)) return 'too-old'
  return keyRings.some((ring) => ring.trouble() !== null) ? 'file-refused' : 'ok'
}

/** Every day: keys that near their end, and changed files that could not be used. */
export async function tellOfKeys({ clock, log, keyRings }: Deps): Promise<void> {
  for (const ring of keyRings) {
    const trouble = ring.trouble()
    if (trouble !== null) log.error('A changed key file still cannot be used; the key before it goes on signing', { settings: ring.setting, detail: trouble })
    for (const key of keyStatus(ring.setting, ring.keys(), clock.now())) if (key.daysLeft !== null && isToldOn(key.daysLeft)) tellOfAge(log, key)
  }
}

function tellOfAge(log: Log, key: KeyStatus): void {
  if ((key.daysLeft ?? 0) < 0) log.error('A key is too old: whoever asks with it is refused', fieldsOf(key))
  else log.warn('A key nears its end: have the next one ready', fieldsOf(key))
}

const fieldsOf = ({ setting, id, bits, daysLeft }: KeyStatus) => ({ settings: setting, kid: id, bits, ...(daysLeft !== null && { days: daysLeft }) })
