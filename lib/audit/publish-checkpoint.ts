import { open } from 'node:fs/promises'
import type { Log } from '@/lib/log'
import { noteOf, type Checkpoint } from './checkpoint.ts'

/** Hands a signed checkpoint to the world outside the database, where its owner cannot take it back. */
export type Publish = (checkpoint: Checkpoint) => Promise<void>

/**
 * To standard output, and to a file when there is one: appended, with an empty line between notes, and on the disk before we
 * go on. The same checkpoint is published once by each process. Fails when the file cannot be written; then it may be tried again.
 */
export function createPublisher({ log, file }: { log: Log; file: string | undefined }): Publish {
  let last = ''
  return async (checkpoint) => {
    const note = noteOf(checkpoint)
    if (note === last) return
    if (file !== undefined) {
      const handle = await open(file, 'a', 0o644)
      try {
        await handle.appendFile(`${note}\n`)
        await handle.datasync()
      } finally {
        await handle.close()
      }
    }
    log.info('The audit log stands like this', { checkpoint: note, count: checkpoint.size })
    last = note
  }
}
