// @ts-check
import js from '@eslint/js'
import tseslint from 'typescript-eslint'
import house from './cli/lint-rules.mjs'

/** @param {string} message @param {string[]} selectors */
const only = (message, ...selectors) => selectors.map((selector) => ({ selector, message }))

const CLOCK = only('Ask the clock (lib/clock.ts), or take `now`.',
  "NewExpression[callee.name='Date'][arguments.length=0]", "CallExpression[callee.name='Date']",
  "MemberExpression[object.name='Date'][property.name='now']", "MemberExpression[object.name='Temporal'][property.name='Now']")
const ENV_READ = "MemberExpression[object.name='process'][property.name='env']"
const ENV_BYWAYS = ["MemberExpression[object.name='process'][property.value='env']", "MemberExpression[object.property.name='process'][property.name='env']",
  "VariableDeclarator[init.name='process']", 'ImportDeclaration[source.value=/^(node:)?process$/]']
const ENV_WORDS = 'Only lib/config.ts reads the environment.'
const ENV = only(ENV_WORDS, ENV_READ, ...ENV_BYWAYS)
/** Next asks instrumentation.ts to look at this one name, which it replaces when it builds. */
const ENV_BUT_RUNTIME = only(ENV_WORDS, `:not(MemberExpression[property.name='NEXT_RUNTIME']) > ${ENV_READ}`, ...ENV_BYWAYS)
const RAW_SQL = only('Write SQL as a tagged template: $queryRaw`…`.',
  'MemberExpression[property.name=/^\\$(query|execute)RawUnsafe$/]', 'MemberExpression[property.value=/^\\$(query|execute)RawUnsafe$/]',
  "MemberExpression[object.name='Prisma'][property.name='raw']")
const NET_WORDS = 'Only lib/http.ts sends requests.'
const NET = only(NET_WORDS, 'MemberExpression[object.name=/^(globalThis|window|self|global)$/][property.name=/^(fetch|XMLHttpRequest)$/]')

/** @param {...{ selector: string, message: string }[]} lists @returns {['error', ...{ selector: string, message: string }[]]} */
const forbid = (...lists) => ['error', ...lists.flat()]
const NO_NET = {
  'no-restricted-globals': ['error', ...['fetch', 'XMLHttpRequest'].map((name) => ({ name, message: NET_WORDS }))],
  '@typescript-eslint/no-restricted-imports': ['error', { paths: ['undici', 'axios', 'http', 'https', 'http2', 'node:http', 'node:https', 'node:http2'].map((name) => ({ name, message: NET_WORDS, allowTypeImports: true })) }],
}
const NET_FREE = { 'no-restricted-globals': 'off', '@typescript-eslint/no-restricted-imports': 'off' }
const TESTS = ['**/*.test.{ts,tsx}', 'lib/testing/**', 'e2e/**']

export default tseslint.config(
  { ignores: ['.next/**', '.data/**', 'prisma/generated/**', 'design-tokens/**', 'test-results/**', 'playwright-report/**', 'next-env.d.ts', 'public/**', '**/*.cjs'] },
  // Exceptions stand in this file, not in comments.
  { linterOptions: { noInlineConfig: true }, plugins: { house } },
  js.configs.recommended,
  { rules: { 'max-lines': ['error', { max: 250 }], eqeqeq: 'error', 'house/file-name': 'error', 'house/no-barrel': 'error', 'no-empty': ['error', { allowEmptyCatch: true }] } },
  { files: ['**/*.{ts,tsx}'], extends: [tseslint.configs.recommendedTypeChecked], languageOptions: { parserOptions: { projectService: true } } },
  {
    files: ['**/*.{ts,tsx}'],
    rules: {
      'no-console': 'error',
      ...NO_NET,
      'no-restricted-syntax': forbid(CLOCK, ENV, NET, RAW_SQL),
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false, requireDefaultForNonUnion: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/require-await': 'off',
      // Nothing of ours depends on `this` but two small classes.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: ['lib/clock.ts'], rules: { 'no-restricted-syntax': forbid(ENV, NET, RAW_SQL) } },
  { files: ['lib/config.ts'], rules: { 'no-restricted-syntax': forbid(CLOCK, NET, RAW_SQL) } },
  { files: ['lib/http.ts'], rules: { ...NET_FREE, 'no-restricted-syntax': forbid(CLOCK, ENV, RAW_SQL) } },
  { files: ['instrumentation.ts'], rules: { 'no-restricted-syntax': forbid(CLOCK, ENV_BUT_RUNTIME, NET, RAW_SQL) } },
  { files: ['*.config.ts'], rules: { 'no-restricted-syntax': forbid(CLOCK, NET, RAW_SQL) } },
  // The sandbox is another house: it has its own clock, its own network and, in one file, its own settings.
  // A fault there picks its own few of many: a default is allowed.
  { files: ['sandbox/**/*.ts'], rules: { ...NET_FREE, 'no-restricted-syntax': forbid(ENV, RAW_SQL), '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }] } },
  { files: ['sandbox/server.ts', 'bench/**/*.ts'], rules: { 'no-restricted-syntax': forbid(RAW_SQL) } },
  { files: ['bench/**/*.ts'], rules: NET_FREE },
  { files: ['sandbox/log.ts', 'bench/**/*.ts', 'cli/**'], rules: { 'no-console': 'off' } },
  { files: TESTS, rules: { ...NET_FREE, 'no-restricted-syntax': forbid(CLOCK, RAW_SQL) } },
  { files: ['e2e/**', 'sandbox/**/*.test.ts', 'cli/**/*.ts'], rules: { ...NET_FREE, 'no-restricted-syntax': forbid(RAW_SQL) } },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: Object.fromEntries(['process', 'console', 'Buffer', 'URL', 'URLSearchParams', 'AbortSignal', 'AbortController', 'WebAssembly', 'crypto', 'fetch', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'].map((name) => [name, 'readonly'])) },
  },
)
