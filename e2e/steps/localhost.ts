import dns from 'node:dns'

/** Names under localhost are this machine (RFC 6761 §6.3). Browsers know it; for what we send ourselves it is said here. */
const ask = dns.lookup as (hostname: string, ...rest: unknown[]) => void
const lookup = (hostname: string, ...rest: unknown[]): void => ask(hostname.endsWith('.localhost') ? '127.0.0.1' : hostname, ...rest)
Object.assign(dns, { lookup: Object.assign(lookup, ask) })
