import { loadConfig } from '@/lib/config'
import { createServices, type Services } from '@/lib/services'

const house = globalThis as { saldosyn?: Services }

/** The house, built at its first use and shared by pages, actions, routes and the proxy of this process. */
export const services = (): Services => (house.saldosyn ??= createServices(loadConfig()))
