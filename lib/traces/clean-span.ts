/** What a span may say of itself: where in our code, how it went, whose upstream, and the reference of the request. */
const allowed = new Set([
  'next.span_type', 'next.route', 'http.method', 'http.request.method', 'http.status_code', 'http.response.status_code', 'http.route',
  'saldosyn.upstream', 'saldosyn.outcome', 'saldosyn.correlation_id', 'saldosyn.request_id',
])

/** A route as it is written in the tree, `/consent/[id]`: an address that somebody asked for may hold a reference, and this cannot. */
const ROUTE = /^(\/|(\/(\.?[a-z][a-z.-]{0,39}|\[[a-zA-Z.]+\]|\([a-z]+\)|_[a-z-]+))+)$/
const VALUE = /^[A-Za-z0-9_.-]{1,60}$/
const isFit = (name: string, value: unknown): boolean =>
  typeof value === 'number' ? value < 1_000 : typeof value === 'string' && (name.endsWith('route') ? ROUTE : VALUE).test(value) && !/\d{11}/.test(value)

type Attributes = Readonly<Record<string, unknown>>

/** The attributes that may leave, of all that a library has put on a span. Addresses, headers and messages are not among them. */
export const cleanAttributes = <A extends Attributes>(attributes: A): A =>
  Object.fromEntries(Object.entries(attributes).filter(([name, value]) => allowed.has(name) && isFit(name, value))) as A

/** A name made of what may leave: libraries put the address that was asked for into theirs. */
export function cleanName(attributes: Attributes): string {
  const clean = cleanAttributes(attributes)
  const words = [clean['saldosyn.upstream'], clean['next.span_type'], clean['next.route'] ?? clean['http.route']].filter((word) => typeof word === 'string')
  return words.length === 0 ? 'span' : words.join(' ')
}
