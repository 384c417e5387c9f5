import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { appSettings } from '../../../cli/sandbox-settings.mjs'
import { startInstance, type Instance, type InstanceOptions } from '../instance/instance.ts'
import { LOGS, type Cluster, type TortureDatabase } from './cluster.ts'
import { startStreet, type Opened, type Party, type Street } from './street.ts'

export type SceneOptions = {
  /** Settings of the app beside or instead of the usual. */
  readonly settings?: Readonly<Record<string, string>>
  /** The app's own address, when a browser (or who stands in for one) comes to it. */
  readonly appUrl?: string
  /** Where the street listens under its name on 127.0.0.1: elsewhere, when something stands in between. */
  readonly streetHost?: string
}

/** A house that is tortured: one database, one street, and any number of instances that share them. */
export type Scene = {
  readonly database: TortureDatabase
  readonly street: Street
  /** The settings of the app, as its environment would hold them. */
  readonly settings: Readonly<Record<string, string>>
  /** One more instance of the core, in a process of its own. */
  startInstance(options?: InstanceOptions): Promise<Instance>
  /** The time passes for which the parties (or the one) said to stay away; and when that was. */
  letGatesOpen(party?: Party): Promise<void>
  readonly opened: readonly Opened[]
  /** What the scene's processes have logged: a folder. */
  readonly logs: string
  close(): Promise<void>
}

export async function openScene(cluster: Cluster, { settings: given = {}, appUrl = 'http://localhost:3000', streetHost }: SceneOptions = {}): Promise<Scene> {
  const logs = join(LOGS, `scene-${randomUUID().slice(0, 8)}`)
  mkdirSync(logs, { recursive: true })
  const [database, street] = await Promise.all([cluster.newDatabase(), startStreet(cluster, { appUrl, log: join(logs, 'sandbox.log'), ...(streetHost && { host: streetHost }) })])
  const settings = { ...appSettings({ appUrl, sandboxUrl: street.url, databaseUrl: database.appUrl, ownerUrl: database.ownerUrl, keys: cluster.keys }), ...given }
  const instances: Instance[] = []
  const opened: Opened[] = []
  let started = 0
  return {
    database, street, settings, logs, opened,
    async letGatesOpen(party) {
      const gates: readonly Party[] = party ? [party] : ['maskinporten', 'altinn', 'lanekassen']
      await database.ask(`UPDATE "UpstreamGate" SET "closedUntil" = now() - interval '1 ms' WHERE "upstream" = ANY($1) AND "closedUntil" > now() - interval '1 ms'`, [gates])
      opened.push(...gates.map((gate) => ({ party: gate, at: Date.now() })))
    },
    async startInstance(options = {}) {
      const instance = await startInstance({ ...options, settings: { ...settings, ...options.settings }, log: join(logs, `instance-${++started}.log`) })
      instances.push(instance)
      return instance
    },
    async close() {
      await Promise.all(instances.map((instance) => instance.stop()))
      await street.close()
      await database.close()
    },
  }
}
