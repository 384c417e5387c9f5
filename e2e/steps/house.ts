import { readFileSync } from 'node:fs'
import { freePorts } from '../../cli/run.mjs'
import { startStack } from '../../cli/stack.mjs'
import { buildWithoutProxy } from './build.ts'

/** The production build with its own sandbox and its own throw-away database, on free ports. */
export type House = Awaited<ReturnType<typeof startHouse>>

/** Settings of the app, and lines of postgresql.conf, beside or instead of the usual. */
export type HouseSettings = { readonly env?: Record<string, string>; readonly postgres?: Record<string, string>; /** A second bank in the same house. */ readonly twoBanks?: boolean; /** Consents are asked for in Altinn 2. */ readonly altinn2?: boolean; /** The proxy is taken out of the build. */ readonly withoutProxy?: boolean }

export async function startHouse(logs: string, { env = {}, postgres = {}, twoBanks = false, altinn2 = false, withoutProxy = false }: HouseSettings = {}) {
  const build = withoutProxy ? buildWithoutProxy(String(process.env.JOURNEYS_SERVER)) : { server: process.env.JOURNEYS_SERVER, remove: () => undefined }
  const stack = await startOnFreePorts((ports) => startStack({ ...ports, throwaway: true, server: build.server, logs, env, postgres, twoBanks, altinn2 }))
  const { appUrl, sandboxUrl, databaseUrl, ownerUrl, settings } = stack
  const stop = async () => {
    await stack.stop()
    build.remove()
  }
  const read = (file: string) => () => readFileSync(file, 'utf8')
  return {
    /** Where the second bank is, if there is one. */
    otherUrl: appUrl.replace('//localhost', '//fjordbanken.localhost'),
    appUrl, sandboxUrl, databaseUrl, ownerUrl, settings, stop,
    /** What has been logged so far. */
    log: { app: read(stack.logs.app), sandbox: read(stack.logs.sandbox), postgres: read(stack.logs.postgres) },
  }
}

/** A port that was free may be another house's by the time it is asked for: then others are drawn. */
async function startOnFreePorts<Stack>(start: (ports: { readonly port: number; readonly sandboxPort: number }) => Promise<Stack>, draws = 3): Promise<Stack> {
  const [port = 0, sandboxPort = 0] = await freePorts(2)
  try {
    return await start({ port, sandboxPort })
  } catch (error) {
    if (draws === 1 || !/EADDRINUSE/.test(String(error))) throw error
    return startOnFreePorts(start, draws - 1)
  }
}
