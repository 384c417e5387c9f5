/** node cli/retention-table.mjs: writes the table "what is kept" of docs/operations.md from lib/retention/policy.ts. A test holds the two together. */
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { AUDIT_MONTHS, keptElsewhere, periodOf, periodOfMonths, policy } from '../lib/retention/policy.ts'
import { ROOT } from './run.mjs'

const FILE = path.join(ROOT, 'docs/operations.md')
const HEAD = '| What | How long |\n|---|---|\n'
const inWords = ({ unit, count }) => `${count} ${count === 1 ? unit.slice(0, -1) : unit}`
const length = (days) => (days === 0 ? 'until the night after' : `${inWords(periodOf(days))} after`)

/** @returns {string} the table, and the line after it */
export const retentionTable = () => `${HEAD}${[
  ...keptElsewhere.map(({ what, time }) => `| ${what} | ${time} |`),
  ...Object.entries(policy).map(([name, { what, days, after }]) => `| ${what} (\`${name}\`) | ${length(days)} ${after} |`),
  `| Audit log | ${inWords(periodOfMonths(AUDIT_MONTHS))} after the end of each month: [below](#months-of-the-audit-log) |`,
].join('\n')}
`

/** The document with the table as it must be. @param {string} document */
export const withTable = (document) => document.replace(/\| What \| How long \|\n(?:\|.*\n)+/, () => retentionTable())

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) fs.writeFileSync(FILE, withTable(fs.readFileSync(FILE, 'utf8')))
