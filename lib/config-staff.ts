type Given = Readonly<Record<string, string | undefined>>

/** What names the bank's own OpenID provider; without all of it there is no staff log-in. */
const needed = ['STAFF_ISSUER', 'STAFF_CLIENT_ID'] as const
const shown = ['STAFF_CLIENT_SECRET', 'STAFF_JWK'] as const

/** Everything that a staff log-in needs, or nothing of it: half of it is a slip. Names settings and no values. */
export function staffProblems(given: Given): string[] {
  const isGiven = (name: string) => given[name] !== undefined || given[`${name}_FILE`] !== undefined
  if (![...needed, ...shown].some(isGiven)) return []
  const problems = needed.filter((name) => !isGiven(name)).map((name) => `${name} is missing`)
  const ways = shown.filter(isGiven).length
  if (ways === 0) problems.push('STAFF_CLIENT_SECRET is missing, and STAFF_JWK too')
  if (ways === 2) problems.push('STAFF_CLIENT_SECRET and STAFF_JWK are both given: the client shows one of them')
  return problems
}
