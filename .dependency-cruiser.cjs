/** The plan of the house, as rules. Each says which way arrows may point; `npm run check` asks them all, and cli/arrows.test.ts breaks each once. */
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

const TEST = '\\.(test|spec)\\.tsx?$|^lib/testing/'
const PRODUCTION = '^(app|components|lib|messages)/|^(proxy|instrumentation)\\.ts$'
/** Values that everything may use and that use nothing. */
const PRIMITIVE = '^lib/(result|secret|national-id|org-number|money|clock)\\.ts$'
/** The files that speak SQL. */
const STORE = '(-store|/audit-log|/token-lease|/upstream-gate)\\.ts$|^lib/(db|jobs)\\.ts$'
const LEASE = '^lib/maskinporten/token-lease\\.ts$'
const ADAPTER = '^lib/(consent/[^/]+|sources/[^/]+|maskinporten|idporten|staff-oidc)/'
/** In a source's folder everything but its adapter (named as the folder) and its wire.ts is a pure model: lanekassen/balance.ts. */
const MODEL = '^lib/sources/(?<source>[^/]+)/(?!wire\\.ts$|\\k<source>\\.ts$)[^/]+(?<!\\.test)\\.ts$'
const RULES = '^lib/(consent/(consent|resource|exchange)|audit/audit-(event|filter)|staff/staff-provider|retention/policy|sharing/share)\\.ts$|' + MODEL
const VERB = '^lib/consent/([a-z-]+-consent|follow-[a-z-]+)\\.ts$|^lib/sources/(read-source|held-reading)\\.ts$|^lib/(sharing|retention|audit|subject|session)/|^lib/staff/(?!staff-(session|provider)\\.ts)'
const DATABASE = '^prisma/generated/|node_modules/(@prisma|prisma|\\.prisma|pg|graphile-worker)/'
const FRAMEWORK = 'node_modules/(next|@auth|next-intl|react|react-dom)/'
const values = { dependencyTypesNot: ['type-only'] }

module.exports = {
  forbidden: [
    rule('no-unresolvable', 'Every import leads somewhere.', {}, { couldNotResolve: true }),
    rule('no-circular', 'Arrows never come back.', {}, { circular: true }),
    rule('packages-are-declared', 'What runs in production is a dependency, not a tool that happens to be installed.',
      { path: PRODUCTION, pathNot: TEST }, { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], ...values }),
    rule('lib-knows-no-framework', 'The core runs without Next, React or a browser.',
      { path: '^lib/' }, { path: '^(app|components|messages)/|' + FRAMEWORK }),
    rule('primitives-know-only-each-other', 'The smallest things stand on nothing of ours.',
      { path: PRIMITIVE }, { path: '^(lib|app|components|prisma)/', pathNot: PRIMITIVE }),
    rule('rules-are-pure', 'What a consent may do is decided without a database, a network or settings.',
      { path: RULES }, { path: STORE + '|^lib/(http|config(-banks)?|services|staff-house|installation|log|sealed)\\.ts$|' + DATABASE + '|' + ADAPTER, pathNot: MODEL }),
    rule('components-only-draw', 'Components take values from pure modules (and a timer asks the clock); from the rest of lib, types at most.',
      { path: '^components/', pathNot: TEST }, { path: '^lib/', pathNot: '^lib/(money|result|clock|consent/consent|audit/audit-(event|filter))\\.ts$|' + MODEL, ...values }),
    rule('components-know-no-app', 'Pages use components, not the other way round.',
      { path: '^components/' }, { path: '^app/' }),
    rule('pages-call-verbs', 'Pages, actions and routes reach adapters, stores and settings only through app/_server.',
      { path: '^app/', pathNot: '^app/_server/|' + TEST }, { path: ADAPTER + '|' + STORE + '|^lib/(http|config(-banks)?|services|staff-house|installation)\\.ts$', pathNot: MODEL, ...values }),
    rule('server-room-is-private', 'Only app/ and the entry points of Next enter app/_server.',
      { pathNot: '^app/|^(proxy|instrumentation)\\.ts$' }, { path: '^app/_server/' }),
    rule('providers-are-strangers', 'Removing one consent provider must not break another.',
      { path: '^lib/consent/([^/]+)/' }, { path: '^lib/consent/[^/]+/', pathNot: '^lib/consent/$1/' }),
    rule('sources-are-strangers', 'Removing one data source must not break another.',
      { path: '^lib/sources/([^/]+)/' }, { path: '^lib/sources/[^/]+/', pathNot: '^lib/sources/$1/' }),
    rule('adapters-are-built-in-services', 'In the core only lib/services.ts, and its part for staff, name a concrete adapter (pure models excepted).',
      { path: '^lib/(?!(services|staff-house)\\.ts$)', pathNot: ADAPTER + '|' + TEST }, { path: ADAPTER, pathNot: MODEL, ...values }),
    rule('adapters-know-no-verb', 'An adapter translates; it does not decide, keep or read settings.',
      { path: ADAPTER, pathNot: STORE + '|' + TEST }, { path: '^lib/(services|staff-house|installation|config(-banks)?)\\.ts$|' + VERB + '|' + STORE, pathNot: LEASE }),
    rule('adapters-are-handed-each-other', 'An adapter that needs a token or a lease takes it as an argument.',
      { path: '^lib/(consent(?=/[^/]+/)|sources(?=/[^/]+/)|maskinporten|idporten|staff-oidc)/', pathNot: TEST }, { path: ADAPTER, pathNot: '^lib/$1/(?!token-lease)', ...values }),
    rule('prisma-lives-in-stores', 'Only stores speak SQL.',
      { path: '^(app|components|lib)/|^(proxy|instrumentation)\\.ts$', pathNot: STORE + '|' + TEST }, { path: DATABASE }),
    rule('sandbox-lives-across-the-street', 'Production code and sandbox meet over HTTP only, so that a shared misreading cannot hide.',
      { path: PRODUCTION, pathNot: TEST }, { path: '^sandbox/' }),
    rule('sandbox-reads-the-spec-not-our-code', 'The sandbox is written from public documentation.',
      { path: '^sandbox/' }, { path: '^(app|components|lib|messages|prisma|cli)/' }),
    rule('tools-are-not-imported', 'Production code needs no command, bench or journey.',
      { path: PRODUCTION, pathNot: TEST }, { path: '^(cli|bench|e2e)/' }),
    rule('tests-are-not-imported', 'Nothing but a test imports a test or its builders.',
      { pathNot: TEST + '|^(e2e|bench)/' }, { path: TEST }),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules|^prisma/generated/' },
    exclude: { path: '^\\.next' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.d.ts', '.mjs', '.js', '.json'],
    },
  },
}
