/** The values of a Host header that name this origin: a browser leaves the usual port out, and some proxies add it. */
function hostsOf(origin: string): readonly string[] {
  const { host, hostname, port, protocol } = new URL(origin)
  return port === '' ? [host, `${hostname}:${protocol === 'https:' ? 443 : 80}`] : [host]
}

/**
 * Finds the bank that a request was sent to, by its Host header (RFC 9110 §7.2), letter for letter but for their case; null
 * for every other host, and for none.
 */
export function createBankAt<Bank>(banks: readonly Bank[], originOf: (bank: Bank) => string): (host: string | null) => Bank | null {
  const byHost = new Map(banks.flatMap((bank) => hostsOf(originOf(bank)).map((host) => [host, bank])))
  return (host) => byHost.get(host?.toLowerCase() ?? '') ?? null
}
