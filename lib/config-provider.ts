type Given = Readonly<Record<string, string | undefined>>

/** What follows from the consent solution in use when nothing else is given: names that differ between Altinn 3 and Altinn 2. */
export function providerDefaults(given: Given): Record<string, string> {
  if (given.CONSENT_PROVIDER?.trim() !== 'altinn2') return {}
  const pages = URL.parse(given.ALTINN2_URL ?? '')?.origin
  return { ALTINN_CONSENT_METADATA_KEY: 'Navn', LANEKASSEN_CONSENT_TRANSPORT: 'altinn2', ...(pages && pages !== 'null' && { ALTINN_CONSENT_PAGE_ORIGIN: pages }) }
}

type Chosen = { readonly CONSENT_PROVIDER?: 'altinn3' | 'altinn2'; readonly LANEKASSEN_CONSENT_TRANSPORT?: string; readonly ALTINN_CONSENT_RESOURCE?: string }

/** What the chosen consent solution lacks, or does not go together with. Names settings and no values. */
export function providerProblems({ CONSENT_PROVIDER: provider, LANEKASSEN_CONSENT_TRANSPORT: transport, ALTINN_CONSENT_RESOURCE: resource }: Chosen, given: Given): string[] {
  if (provider === undefined) return []
  const needed = provider === 'altinn2' ? ['ALTINN2_URL', 'ALTINN_API_KEY'] : ['ALTINN_PLATFORM_URL']
  const problems = needed.filter((name) => given[name] === undefined).map((name) => `${name} is missing`)
  if (transport !== undefined && (transport === 'altinn2') !== (provider === 'altinn2')) problems.push(`LANEKASSEN_CONSENT_TRANSPORT must ${provider === 'altinn2' ? '' : 'not '}be altinn2 when CONSENT_PROVIDER is ${provider}`)
  if (provider === 'altinn2' && resource !== undefined && !/(^|_)\d{3,5}_\d{1,4}$/.test(resource)) problems.push('ALTINN_CONSENT_RESOURCE must end in a service code and its edition when CONSENT_PROVIDER is altinn2')
  return problems
}
