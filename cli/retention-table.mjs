/** node cli/retention-table.mjs: writes the table "what is kept" of docs/operations.md from lib/retention/policy.ts. A test holds the two together. */
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { AUDIT_MONTHS, keptElsewhere, policy } from '../lib/retention/policy.ts'
import { ROOT } from './run.mjs'

const FILE = path.join(ROOT, 'docs/operations.md')
const HEAD = '| What | How long |\n|---|---|\n'
const length = (days) => (days === 0 ? 'until the night after' : days % 365 < 3 && days >= 365 ? `${Math.floor(days / 365)} ${days < 730 ? 'year' : 'years'} after` : `${days} days after`)

/** @returns {string} the table, and the line after it */
export const retentionTable = () => `${HEAD}${[
  ...keptElsewhere.map(({ what, time }) => `| ${what} | ${time} |`),
  ...Object.entries(policy).map(([name, { what, days, after }]) => `| ${what} (\`${name}\`) | ${length(days)} ${after} |`),
  `| Audit log | ${AUDIT_MONTHS / 12} years after the end of each month: [below](#months-of-the-audit-log) |`,
].join('\n')}
`

/** The document with the table as it must be. @param {string} document */
export const withTable = (document) => document.replace(/\| What \| How long \|\n(?:\|.*\n)+/, () => retentionTable())

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) fs.writeFileSync(FILE, withTable(fs.readFileSync(FILE, 'utf8')))
