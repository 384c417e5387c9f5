import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** What stands before several instances: one address, and whoever is alive behind it. */
export type Balancer = { readonly url: string; sendTo(port: number): void; close(): Promise<void> }

export async function openBalancer(): Promise<Balancer> {
  let behind = 0
  const open = new Set<Socket>()
  const server = createServer((browser) => {
    const instance = connect(behind, '127.0.0.1')
    for (const [one, other] of [[browser, instance], [instance, browser]] as const) {
      open.add(one)
      one.on('error', () => undefined).on('close', () => {
        open.delete(one)
        other.destroy()
      }).pipe(other)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    sendTo: (port) => void (behind = port),
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
