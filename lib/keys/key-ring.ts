import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Clock } from '@/lib/clock'
import { safeError, type Log } from '@/lib/log'
import type { Result } from '@/lib/result'
import type { KeyMaterial, KeySet } from './key-material'
import { importSigningKey, type SigningKey } from './signing-key'

/** A setting with keys in it. Its files may hold others later; a value in the environment never changes. */
export type KeySource = {
  readonly setting: string
  readonly files: readonly string[]
  readonly keys: KeySet
  /** What the files hold now. The detail names settings and prints no value. */
  again(now: Date): Result<KeySet, 'not-usable'>
}

/** The keys of one setting as they are now. */
export type KeyRing = {
  readonly setting: string
  /** The key that signs. */
  signingKey(): Promise<SigningKey>
  /** All that are at hand; the first one signs. */
  keys(): KeySet
  /** What is wrong with the files now, while an earlier key goes on. */
  trouble(): string | null
  /** Looks at the files. A change that is in order counts from now on; one that is not is told, once, and nothing changes. */
  refresh(): Promise<void>
}

export function createKeyRing(source: KeySource, { clock, log }: { clock: Clock; log: Log }): KeyRing {
  let keys = source.keys
  let signing: Promise<SigningKey> | null = null
  let seen: string | null = null
  let trouble: string | null = null
  const about = { settings: source.setting }

  async function takeUp(next: KeySet): Promise<void> {
    const first = await importSigningKey(next[0])
    if (fingerprintOf(next) !== fingerprintOf(keys)) log.info('Changed keys were taken up', { ...about, kid: next.map(({ id }) => id) })
    else if (trouble !== null) log.info('The key file is in order again', about)
    keys = next
    signing = Promise.resolve(first)
    trouble = null
  }
  function refuse(why: string): void {
    trouble = why
    log.error('A changed key file cannot be used; the key before it goes on signing', { ...about, detail: why, kid: keys[0].id })
  }

  return {
    setting: source.setting,
    signingKey: () => (signing ??= importSigningKey(keys[0])),
    keys: () => keys,
    trouble: () => trouble,
    async refresh() {
      if (source.files.length === 0) return
      const found = await digestOf(source.files)
      if (found === seen) return
      seen = found
      const next = source.again(clock.now())
      if (!next.ok) return refuse(next.detail ?? '')
      await takeUp(next.value).catch((error: unknown) => refuse(`${safeError(error).errorName?.toString() ?? ''}`))
    },
  }
}

/** Milliseconds between two looks at the files. A mounted secret that is exchanged keeps its name and often its time, so content is compared. */
const EVERY = 10_000

/** Looks at the files of these rings for as long as the process lives, or until `stop`. */
export function watchKeys(rings: readonly KeyRing[], every = EVERY): { stop(): void } {
  const timer = setInterval(() => void Promise.all(rings.map((ring) => ring.refresh())), every).unref()
  return { stop: () => clearInterval(timer) }
}

async function digestOf(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const file of files) hash.update(await readFile(file).catch(() => 'unreadable')).update('\0')
  return hash.digest('base64url')
}

/** Every part of them, private ones too, so that any change shows; it leaves this file no more than they do. */
const fingerprintOf = (keys: readonly KeyMaterial[]): string => createHash('sha256').update(JSON.stringify(keys.map(({ jwk, ...open }) => [open, jwk.reveal()]))).digest('base64url')
