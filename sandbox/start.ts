import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAltinn } from './altinn/altinn.ts'
import { createVisitors } from './altinn/visitor.ts'
import { createAltinn2 } from './altinn2/altinn2.ts'
import { createOffice } from './control/office.ts'
import { createDispatch } from './dispatch.ts'
import { createIdporten } from './idporten/idporten.ts'
import { createLanekassen } from './lanekassen/lanekassen.ts'
import { toStdout, type Log } from './log.ts'
import { createMaskinporten } from './maskinporten/maskinporten.ts'
import { checkRegistration, type RegistrationFile } from './registration.ts'
import { createStaff } from './staff/staff.ts'
import { createStreet, type KeptConsents } from './street.ts'
import { createWaiting } from './strike.ts'

export type Start = { port: number; host?: string; registration: RegistrationFile; log?: Log; /** Where consents outlive the process; left out, they do not. */ kept?: KeptConsents }
export type Sandbox = { origin: string; close(): Promise<void> }

/** Opens the whole street on one port. Port 0 takes a free one. */
export async function startSandbox({ port, host = '127.0.0.1', registration, log = toStdout, kept }: Start): Promise<Sandbox> {
  const checked = checkRegistration(registration)
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  // The issuer's name is part of the tokens: always 127.0.0.1, also when listening more widely (in a container, say).
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const waiting = createWaiting()
  const street = await createStreet(origin, checked, log, kept)
  const idporten = createIdporten(street)
  const lanekassen = createLanekassen(street, waiting)
  // Altinn's two generations share their log-in, as one portal.
  const visitors = createVisitors(street, idporten)
  const parties = [idporten, createStaff(street), createMaskinporten(street), createAltinn(street, visitors), createAltinn2(street, visitors), lanekassen]
  const dispatch = createDispatch(street, parties, createOffice(street, { forgetCachedConsents: lanekassen.forget }), waiting)
  server.on('request', (req, res) => {
    dispatch(req, res).catch((cause: unknown) => {
      log(`The sandbox itself failed: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`)
      res.destroy()
    })
  })

  return {
    origin,
    close: () =>
      new Promise((resolve) => {
        waiting.stop()
        server.close(() => { resolve() })
        server.closeAllConnections()
      }),
  }
}
