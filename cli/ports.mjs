/** Is a door free, and whose is it? */
import net from 'node:net'

/** A browser tries both when it reads "localhost". */
const LOOPBACK = ['127.0.0.1', '::1']

const answers = (host, port) => new Promise((resolve) => {
  const socket = net.connect({ host, port, timeout: 1000 })
  const done = (yes) => { socket.destroy(); resolve(yes) }
  socket.once('connect', () => done(true)).once('error', () => done(false)).once('timeout', () => done(false))
})

/** Throws, in words for the person at the keyboard, when another program answers on the port. */
export async function requireFreePort(port, { what, setting }) {
  const taken = (await Promise.all(LOOPBACK.map((host) => answers(host, port)))).some(Boolean)
  if (!taken) return
  throw new Error(`Port ${port}, which ${what} needs, is used by another program.\nStop that program, or choose another port, for example:  ${setting}=${port + 10} npm run ${process.env.npm_lifecycle_event ?? 'demo'}`)
}

/** A port from the environment, or the usual one. */
export function portFrom(setting, usual) {
  const given = process.env[setting]
  if (!given) return usual
  const port = Number(given)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`${setting} must be a number from 1 to 65535.`)
  return port
}
