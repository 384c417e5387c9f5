import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { platform } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../../cli/run.mjs'
import { appSettings } from '../../../cli/sandbox-settings.mjs'
import { openFront, type Front } from '../front/front.ts'
import { openPostgresFront, type PostgresFront } from '../front/postgres-front.ts'
import { startInstance, type Instance, type InstanceOptions } from '../instance/instance.ts'
import { LOGS, type Cluster, type TortureDatabase } from './cluster.ts'
import { startStreet, streetName, type Opened, type Party, type Street } from './street.ts'

/** Where the street listens when the front has its place: another address of this machine. */
const BEHIND = platform() === 'linux' ? '127.0.0.2' : '::1'

export type SceneOptions = {
  /** Settings of the app beside or instead of the usual. */
  readonly settings?: Readonly<Record<string, string>>
  /** The app's own address, when a browser (or who stands in for one) comes to it. */
  readonly appUrl?: string
  /** Something stands between the instances and the street, and breaks what it is told to. */
  readonly front?: boolean
  /** Something stands between the instances and PostgreSQL. */
  readonly databaseFront?: boolean
  /** Consents are asked for in Altinn 2. */
  readonly altinn2?: boolean
  /** Milliseconds by which the instances and the public parties are ahead of today; the database is not. */
  readonly clockMs?: number
}

/** A house that is tortured: one database, one street, and any number of instances that share them. */
export type Scene = {
  readonly database: TortureDatabase
  readonly street: Street
  /** There when the scene was opened with one. */
  readonly front: Front | null
  readonly databaseFront: PostgresFront | null
  readonly clockMs: number
  /** The settings of the app, as its environment would hold them. */
  readonly settings: Readonly<Record<string, string>>
  /** One more instance of the core, in a process of its own. */
  startInstance(options?: InstanceOptions): Promise<Instance>
  /** The time passes for which the parties (or the one) said to stay away; and when that was. */
  letGatesOpen(party?: Party): Promise<void>
  /** Every gate is open and remembers nothing: for a test that is not about the one before. */
  forgetGates(): Promise<void>
  readonly opened: readonly Opened[]
  /** What the scene's processes have logged: a folder. */
  readonly logs: string
  close(): Promise<void>
}

export async function openScene(cluster: Cluster, { settings: given = {}, appUrl = 'http://localhost:3000', front: withFront = false, databaseFront: withDatabaseFront = false, altinn2 = false, clockMs = 0 }: SceneOptions = {}): Promise<Scene> {
  const logs = join(LOGS, `scene-${randomUUID().slice(0, 8)}`)
  mkdirSync(logs, { recursive: true })
  const port = await freePort()
  const host = withFront ? BEHIND : '127.0.0.1'
  const front = withFront ? await openFront({ street: streetName(port), host }) : null
  const [database, street] = await Promise.all([cluster.newDatabase(), startStreet(cluster, { appUrl, port, host, altinn2, clockMs, log: join(logs, 'sandbox.log') })])
  const databaseFront = withDatabaseFront ? await openPostgresFront(database.appUrl) : null
  const settings = { ...appSettings({ appUrl, sandboxUrl: street.url, databaseUrl: databaseFront?.url ?? database.appUrl, ownerUrl: database.ownerUrl, keys: cluster.keys, altinn2 }), ...(front && { ALTINN_PLATFORM_URL: front.altinnUrl, LANEKASSEN_URL: front.lanekassenUrl }), ...given }
  const instances: Instance[] = []
  const opened: Opened[] = []
  let started = 0
  let closed = false
  return {
    database, street, front, databaseFront, clockMs, settings, logs, opened,
    async letGatesOpen(party) {
      const gates: readonly Party[] = party ? [party] : ['maskinporten', 'altinn', 'lanekassen']
      await database.ask(`UPDATE "UpstreamGate" SET "closedUntil" = now() - interval '1 ms' WHERE "upstream" = ANY($1) AND "closedUntil" > now() - interval '1 ms'`, [gates])
      opened.push(...gates.map((gate) => ({ party: gate, at: Date.now() })))
    },
    async forgetGates() {
      await database.ask('DELETE FROM "UpstreamGate"')
      opened.push(...(['maskinporten', 'altinn', 'lanekassen'] as const).map((party) => ({ party, at: Date.now() })))
    },
    async startInstance(options = {}) {
      if (closed) throw new Error('the scene is closed')
      const instance = await startInstance({ ...options, clockMs: clockMs + (options.clockMs ?? 0), settings: { ...settings, ...options.settings }, log: join(logs, `instance-${++started}.log`) })
      instances.push(instance)
      return instance
    },
    async close() {
      closed = true
      await Promise.all(instances.map((instance) => instance.stop()))
      await Promise.all([front?.close(), databaseFront?.close()])
      await street.close()
      await database.close()
    },
  }
}
