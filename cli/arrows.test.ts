/** Every rule of .dependency-cruiser.cjs is broken on purpose, and exactly that rule speaks. The arrows of the plan stay silent. */
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tsconfig, writeTree } from './broken-tree.mjs'
import { ROOT, run } from './run.mjs'

/** rule → arrows that break it, as "from > to"; "from >> to" imports a type only, "from <> to" each other. */
const BROKEN: Record<string, string[]> = {
  'no-unresolvable': ['lib/broken/nowhere.ts > @/lib/not-there'],
  'no-circular': ['lib/broken/egg.ts <> lib/broken/hen.ts'],
  'packages-are-declared': ['lib/broken/tool.ts > vitest', 'app/broken/undeclared.ts > left-over'],
  'lib-knows-no-framework': ['lib/broken/next.ts > next', 'lib/broken/react.ts >> react', 'lib/broken/words.ts > messages/nb.json', 'lib/consent/start-consent.ts > app/page.tsx'],
  'primitives-know-only-each-other': ['lib/money.ts > lib/log.ts', 'lib/secret.ts >> lib/consent/consent.ts'],
  'rules-are-pure': ['lib/consent/consent.ts > lib/config.ts', 'lib/sources/lanekassen/balance.ts > lib/http.ts', 'lib/retention/policy.ts > lib/db.ts', 'lib/consent/resource.ts >> lib/consent/consent-store.ts'],
  'components-only-draw': ['components/broken/verb.tsx > lib/sources/read-source.ts', 'components/broken/log.tsx > lib/log.ts', 'components/broken/secret.tsx > lib/secret.ts', 'components/broken/adapter.tsx > lib/sources/lanekassen/lanekassen.ts'],
  'components-know-no-app': ['components/broken/page.tsx > app/page.tsx'],
  'pages-call-verbs': ['app/broken/store.ts > lib/consent/consent-store.ts', 'app/broken/log.ts > lib/audit/audit-log.ts', 'app/broken/altinn.ts > lib/consent/altinn3/altinn3.ts', 'app/broken/lanekassen.ts > lib/sources/lanekassen/wire.ts', 'app/broken/token.ts > lib/maskinporten/client.ts', 'app/broken/claims.ts > lib/idporten/claims.ts', 'app/broken/settings.ts > lib/config.ts', 'app/broken/services.ts > lib/services.ts', 'app/broken/banks.ts > lib/config-banks.ts', 'app/broken/installation.ts > lib/installation.ts', 'app/broken/http.ts > lib/http.ts', 'app/broken/db.ts > lib/db.ts'],
  'server-room-is-private': ['bench/broken.ts > app/_server/session.ts', 'e2e/broken.ts >> app/_server/session.ts', 'cli/broken.mjs > app/_server/services.ts'],
  'providers-are-strangers': ['lib/consent/altinn2/altinn2.ts > lib/consent/altinn3/wire.ts'],
  'sources-are-strangers': ['lib/sources/skatteetaten/skatteetaten.ts > lib/sources/lanekassen/wire.ts', 'lib/sources/skatteetaten/income.ts > lib/sources/lanekassen/balance.ts'],
  'adapters-are-built-in-services': ['lib/consent/find-usable-consent.ts > lib/consent/altinn3/altinn3.ts', 'lib/sources/read-source.ts > lib/sources/lanekassen/lanekassen.ts', 'lib/consent/close-consent.ts > lib/maskinporten/client.ts', 'lib/sharing/start-share.ts > lib/idporten/logout-token.ts'],
  'adapters-know-no-verb': ['lib/consent/altinn3/altinn3.ts > lib/consent/settle-consent.ts', 'lib/consent/altinn3/wire.ts > lib/config.ts', 'lib/sources/lanekassen/lanekassen.ts > lib/audit/audit-log.ts', 'lib/maskinporten/client.ts > lib/db.ts', 'lib/idporten/claims.ts > lib/session/session-store.ts', 'lib/sources/lanekassen/wire.ts > lib/upstream-gate.ts', 'lib/consent/altinn2/altinn2.ts > lib/services.ts'],
  'adapters-are-handed-each-other': ['lib/consent/altinn3/altinn3.ts > lib/maskinporten/client.ts', 'lib/sources/lanekassen/lanekassen.ts > lib/idporten/claims.ts', 'lib/maskinporten/client.ts > lib/maskinporten/token-lease.ts'],
  'prisma-lives-in-stores': ['lib/consent/start-consent.ts > prisma/generated/client.ts', 'app/_server/session.ts > prisma/generated/client.ts', 'lib/broken/pg.ts > pg', 'lib/broken/adapter.ts > @prisma/adapter-pg', 'lib/services.ts > graphile-worker', 'components/broken/row.tsx >> prisma/generated/client.ts'],
  'sandbox-lives-across-the-street': ['lib/broken/people.ts > sandbox/people.ts', 'proxy.ts >> sandbox/people.ts'],
  'sandbox-reads-the-spec-not-our-code': ['sandbox/broken/money.ts > lib/money.ts', 'sandbox/broken/wire.test.ts >> lib/sources/lanekassen/wire.ts', 'sandbox/broken/rows.ts > prisma/generated/client.ts'],
  'tools-are-not-imported': ['lib/broken/run.ts > cli/run.mjs', 'app/broken/journey.ts >> e2e/journey.ts'],
  'tests-are-not-imported': ['lib/consent/follow-consent-events.ts > lib/testing/builders.ts', 'app/broken/test.ts > lib/money.test.ts', 'sandbox/broken/test.ts > sandbox/people.test.ts', 'cli/broken.mjs > lib/testing/builders.ts'],
}

/** The arrows of the plan. */
const ALLOWED = [
  'app/page.tsx > app/_server/services.ts', 'app/page.tsx > components/balance/amount.tsx', 'app/page.tsx > lib/money.ts', 'app/page.tsx > next', 'app/page.tsx > react',
  'app/page.tsx >> lib/sources/read-source.ts', 'app/(applicant)/consent/actions.ts > lib/consent/start-consent.ts', 'app/(applicant)/consent/actions.ts > app/_server/session.ts',
  'app/(applicant)/consent/actions.ts >> lib/consent/consent-store.ts', 'app/_server/services.ts > lib/installation.ts', 'app/_server/services.ts > lib/config-banks.ts', 'app/_server/session.ts > lib/session/session-store.ts',
  'app/_server/auth.ts > lib/idporten/claims.ts', 'app/_server/auth.ts > @auth/core', 'proxy.ts > app/_server/correlation-id.ts', 'instrumentation.ts > app/_server/services.ts',
  'components/balance/amount.tsx > lib/money.ts', 'components/balance/amount.tsx > lib/result.ts', 'components/balance/amount.tsx > lib/clock.ts', 'components/balance/amount.tsx > lib/consent/consent.ts', 'components/balance/amount.tsx > lib/sources/lanekassen/balance.ts',
  'components/balance/amount.tsx >> lib/sources/read-source.ts', 'components/balance/amount.tsx > react', 'components/balance/amount.tsx > messages/nb.json', 'components/balance/amount.test.tsx > lib/testing/builders.ts',
  'lib/services.ts > lib/consent/altinn3/altinn3.ts', 'lib/services.ts > lib/consent/altinn2/altinn2.ts', 'lib/services.ts > lib/sources/lanekassen/lanekassen.ts', 'lib/services.ts > lib/maskinporten/client.ts', 'lib/services.ts > lib/maskinporten/token-lease.ts',
  'lib/services.ts > lib/config.ts', 'lib/services.ts > lib/db.ts', 'lib/services.ts > lib/consent/consent-store.ts', 'lib/services.ts > lib/jobs.ts',
  'lib/consent/start-consent.ts > lib/consent/consent.ts', 'lib/consent/start-consent.ts > lib/consent/consent-store.ts', 'lib/consent/start-consent.ts > lib/audit/audit-event.ts', 'lib/consent/start-consent.ts >> lib/consent/provider.ts',
  'lib/sources/read-source.ts > lib/sources/lanekassen/balance.ts', 'lib/sources/read-source.ts >> lib/sources/lanekassen/lanekassen.ts', 'lib/consent/consent.ts > lib/result.ts', 'lib/audit/audit-event.ts > lib/clock.ts', 'lib/result.ts > lib/secret.ts',
  'lib/consent/altinn3/altinn3.ts > lib/consent/altinn3/wire.ts', 'lib/consent/altinn3/altinn3.ts > lib/http.ts', 'lib/consent/altinn3/altinn3.ts > lib/consent/provider.ts', 'lib/consent/altinn3/altinn3.ts > lib/consent/consent.ts',
  'lib/sources/lanekassen/lanekassen.ts > lib/sources/lanekassen/balance.ts', 'lib/sources/lanekassen/lanekassen.ts > lib/sources/source.ts', 'lib/maskinporten/client.ts > lib/maskinporten/jwt-grant.ts', 'lib/maskinporten/client.ts >> lib/maskinporten/token-lease.ts', 'lib/consent/altinn3/altinn3.ts >> lib/maskinporten/client.ts', 'lib/maskinporten/jwt-grant.ts > jose',
  'lib/maskinporten/token-lease.ts > lib/db.ts', 'lib/maskinporten/token-lease.ts > prisma/generated/client.ts', 'lib/consent/consent-store.ts > prisma/generated/client.ts', 'lib/audit/audit-log.ts > prisma/generated/client.ts', 'lib/upstream-gate.ts > lib/db.ts',
  'lib/db.ts > prisma/generated/client.ts', 'lib/db.ts > @prisma/adapter-pg', 'lib/db.ts > pg', 'lib/jobs.ts > graphile-worker',
  'lib/consent/altinn3/altinn3.test.ts > sandbox/people.ts', 'lib/consent/altinn3/altinn3.test.ts > lib/testing/builders.ts', 'lib/consent/altinn3/altinn3.test.ts > lib/consent/consent-store.ts', 'lib/consent/altinn3/altinn3.test.ts > vitest', 'lib/consent/consent-store.test.ts > pg',
  'lib/testing/builders.ts > lib/consent/consent.ts', 'lib/testing/fakes.ts > lib/testing/builders.ts', 'lib/testing/postgres.ts > pg',
  'sandbox/people.test.ts > sandbox/people.ts', 'sandbox/people.ts > jose', 'e2e/journey.ts > cli/run.mjs', 'e2e/journey.ts > lib/testing/builders.ts', 'e2e/journey.ts > sandbox/people.ts', 'bench/run.ts > lib/services.ts',
]

const PACKAGES = ['next', '@auth/core', 'react', 'jose', 'pg', '@prisma/adapter-pg', 'graphile-worker', 'vitest', 'left-over']
const TOOLS = ['vitest']
const parse = (arrow: string) => {
  const [, from = '', sign, to = ''] = /^(.*?) (>>?|<>) (.*)$/.exec(arrow) ?? []
  return { from, to, typeOnly: sign === '>>', mutual: sign === '<>' }
}

/** Files that import each other as the arrows say. */
function houseOf(arrows: string[]) {
  const files: Record<string, string> = { 'tsconfig.json': tsconfig() }
  const deps = (names: string[]) => Object.fromEntries(names.map((name) => [name, '1.0.0']))
  files['package.json'] = JSON.stringify({ type: 'module', dependencies: deps(PACKAGES.filter((it) => !TOOLS.includes(it) && it !== 'left-over')), devDependencies: deps(TOOLS) })
  for (const name of PACKAGES) {
    files[`node_modules/${name}/package.json`] = JSON.stringify({ name, version: '1.0.0', main: 'index.js' })
    files[`node_modules/${name}/index.js`] = 'module.exports = {}\n'
  }
  const local = (to: string) => /\.(tsx?|mjs|json)$/.test(to)
  const each = arrows.map(parse)
  for (const { from, to, typeOnly } of [...each, ...each.filter((it) => it.mutual).map((it) => ({ ...it, from: it.to, to: it.from }))]) {
    const word = local(to) ? `@/${to.replace(/\.tsx?$/, '')}` : to
    files[from] = `${files[from] ?? ''}import ${typeOnly ? 'type ' : ''}* as n${(files[from] ?? '').length} from '${word}'\n`
    if (local(to)) files[to] ??= to.endsWith('.json') ? '{}' : ''
  }
  for (const [file, text] of Object.entries(files)) if (/\.(tsx?|mjs)$/.test(file)) files[file] = `${text}export const here = 1\n`
  return files
}

type Violation = { rule: { name: string }; from: string; to: string }
const folders: string[] = []
const plain = (to: string) => to.replace(/^@\//, '').replace(/^node_modules\/(.*)\/index\.js$/, '$1')

/** What dependency-cruiser says of a house, as "rule: from > to". */
async function complaints(arrows: string[]) {
  const files = houseOf(arrows)
  const folder = writeTree(files)
  folders.push(folder)
  const places = [...new Set(Object.keys(files).map((file) => file.split('/')[0] ?? ''))].filter((at) => at !== 'node_modules' && !at.endsWith('.json'))
  const output = await run('depcruise', ['--config', path.join(ROOT, '.dependency-cruiser.cjs'), '--output-type', 'json', ...places], { cwd: folder, quiet: true }).catch((error: { output: string }) => error.output)
  const { summary } = JSON.parse(output.slice(output.indexOf('{'))) as { summary: { violations: Violation[] } }
  return [...new Set(summary.violations.map((it) => `${it.rule.name}: ${it.from} > ${plain(it.to)}`))].sort()
}
const expected = (rule: string) => (BROKEN[rule] ?? []).map(parse).map(({ from, to }) => `${rule}: ${from} > ${plain(to)}`)

let said: string[] = []
beforeAll(async () => { said = await complaints(Object.values(BROKEN).flat()) }, 60_000)
afterAll(() => { for (const folder of folders) rmSync(folder, { recursive: true }) })

test('the arrows of the plan are allowed', async () => { expect(await complaints(ALLOWED)).toEqual([]) })

describe('a rule that is broken speaks', () => {
  test.each(Object.keys(BROKEN))('%s', (rule) => { expect(said.filter((it) => it.startsWith(`${rule}:`))).toEqual(expected(rule).sort()) })
})

test('and no other speaks', () => { expect(said).toEqual(Object.keys(BROKEN).flatMap(expected).sort()) })

test('every rule has its test', () => {
  const config = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as { forbidden: { name: string }[] }
  expect(Object.keys(BROKEN).sort()).toEqual(config.forbidden.map((it) => it.name).sort())
})
