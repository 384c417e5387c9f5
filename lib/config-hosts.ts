const names = ['APP_URL', 'IDPORTEN_ISSUER', 'STAFF_ISSUER', 'MASKINPORTEN_ISSUER', 'ALTINN_PLATFORM_URL', 'ALTINN2_URL', 'ALTINN_CONSENT_PAGE_ORIGIN', 'LANEKASSEN_URL'] as const
type Addresses = Readonly<Partial<Record<(typeof names)[number], string> & { STAFF_OTHER_ORIGINS: readonly string[]; DEPLOYMENT: 'sandbox' | 'test' | 'production' }>>

/** Closed or renamed years ago, and still found in guides. */
const retired = ['ver1.maskinporten.no', 'ver2.maskinporten.no', 'oidc-ver2.difi.no', 'oidc.difi.no', 'integrasjon.difi.no', 'integrasjon-ver2.difi.no', 'selvbetjening-samarbeid-ver2.difi.no']
const loopback = /^((.+\.)?localhost\.?|127(\.\d+){3}|0\.0\.0\.0|\[::1?\]|\[::ffff:(7f[\da-f]{2}:[\da-f]+|0:0)\])$/
const testHost = /(^|\.)(test|tt02|sandbox)\./

/** What is wrong with the addresses at hand for this deployment, in words that name the setting and no value. */
export function hostProblems(config: Addresses): string[] {
  const given = [...names.map((name) => [name, config[name]] as const), ...(config.STAFF_OTHER_ORIGINS ?? []).map((origin) => ['STAFF_OTHER_ORIGINS', origin] as const)]
  return given.flatMap(([name, address]) => {
    if (address === undefined) return []
    const { protocol, hostname, hash, username, password } = new URL(address)
    const local = loopback.test(hostname)
    if (hash !== '' || username !== '' || password !== '') return `${name} must not hold a fragment or a user name`
    if (retired.includes(hostname)) return `${name} names a host that is closed`
    if (protocol === 'http:' && !local) return `${name} must be https`
    switch (config.DEPLOYMENT) {
      case undefined:
      case 'sandbox':
        return []
      case 'test':
        return local && name !== 'APP_URL' ? `${name} must not be this machine` : []
      case 'production':
        if (protocol !== 'https:' || local) return `${name} must be https and not this machine`
        return testHost.test(hostname) ? `${name} names a test host` : []
    }
  })
}
