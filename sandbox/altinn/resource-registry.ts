import { empty, json, type Answer } from '../http.ts'
import type { Street } from '../street.ts'
import { refuse, type Visit } from '../visit.ts'
import { resources } from './rules.ts'

/** The open registry (resourceadministration guide): what a resource is called, its type, and the metadata a consent must carry. */
export function resourceEntry(visit: Visit, street: Street, id: string): Answer {
  const known = resources(street.registration.resource)
  const view = (name: string): object => {
    const entry = known[name]
    const consent = entry !== undefined && entry !== 'no consent resource'
    return {
      identifier: name, version: '1', title: { nb: consent ? 'Saldo på studielån' : name }, resourceType: consent ? 'Consent' : 'AltinnApp', hasCompetentAuthority: { orgcode: consent ? 'slk' : 'ttd' },
      ...(consent && { consentTemplate: entry.template, consentMetadata: Object.fromEntries(entry.metadata.map((key) => [key, { optional: false }])), isOneTimeConsent: false }),
    }
  }
  if (id === 'search') {
    const wanted = (visit.query.get('id') ?? visit.query.get('Id') ?? '').toLowerCase()
    return json(200, Object.keys(known).filter((name) => name.toLowerCase().includes(wanted)).map(view))
  }
  return known[id] === undefined ? refuse(visit, 'no such resource', empty(404)) : json(200, view(id))
}
