/** Where the sandbox writes. Nothing else in here prints. */
export type Log = (line: string) => void

/** Takes out what must never be printed, should it slip into a reason: signed tokens, and runs of eleven digits. */
export const scrub = (line: string): string =>
  line.replace(/\beyJ[\w-]+\.[\w-]*(\.[\w-]*)?/g, '[token]').replace(/(?<!\d)\d{11}(?!\d)/g, '[national id]').replace(/[\r\n]+/g, ' ')

/** One line on stdout, with the time of day. */
export const toStdout: Log = (line) => {
  process.stdout.write(`${new Date().toISOString().slice(11, 19)}  ${line}\n`)
}

/** For a start that went wrong. */
export const toStderr: Log = (line) => {
  process.stderr.write(`${line}\n`)
}
