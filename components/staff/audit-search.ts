/** What an auditor has written into the search form, as it stands in the address. Empty asks for nothing. */
export type AuditSearch = Readonly<Record<'from' | 'to' | 'type' | 'actor' | 'person' | 'case' | 'reference', string>>

/** The address of a search, with nothing in it that is empty. */
export function searchAddress(path: string, search: Partial<AuditSearch>, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(Object.entries({ ...search, ...more }).filter(([, value]) => value !== '')).toString()
  return query === '' ? path : `${path}?${query}`
}
