/** node cli/policies-table.mjs: writes docs/policies.md from lib/policies.ts. A test holds the two together. */
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { breaker, busy, CONNECT, database, exchange, policies, READING } from '../lib/policies.ts'
import { ROOT } from './run.mjs'

const FILE = path.join(ROOT, 'docs/policies.md')
const seconds = (milliseconds) => `${milliseconds / 1000} s`
const { connection, transaction } = database
const rows = [
  ...Object.entries(policies).map(([name, { total, attempts, onFailure }]) => [name, CONNECT, total, attempts, onFailure]),
  ...Object.entries(exchange.at).map(([transport, upstream]) => [`exchange of a consent by \`${transport}\`, at ${upstream}`, CONNECT, policies[upstream].total, exchange.attempts, exchange.onFailure]),
  ['PostgreSQL', connection.connectionTimeoutMillis, connection.statement_timeout, 1, database.onFailure],
]

/** @returns {string} the document */
export const policiesDocument = () => `# How patient we are with each upstream

Made from [lib/policies.ts](../lib/policies.ts) by \`node cli/policies-table.mjs\`; change it there.

| Upstream | To connect | In all | Calls for one question | When it fails all the same |
|---|---|---|---|---|
${rows.map(([name, connect, total, attempts, onFailure]) => `| ${name} | ${seconds(connect)} | ${seconds(total)} | ${attempts} | ${onFailure} |`).join('\n')}

A whole reading, credentials and the source together, takes ${seconds(READING)} at most: every page is answered within ten seconds.

Further attempts wait 100–800 ms, at random, and stay within the time in all. Nothing is tried again in two layers. An exchange
goes out again only when no byte of it was sent, or when it was refused unused.

PostgreSQL has its time in all for one statement. It waits ${seconds(connection.lock_timeout)} for a lock, and breaks off a transaction that stands idle for ${seconds(connection.idle_in_transaction_session_timeout)}.
We wait ${seconds(transaction.maxWait)} for a free connection, ${seconds(transaction.timeout)} for a whole transaction, and ${seconds(connection.query_timeout)} for a server that says nothing.

${breaker.failures} failures of an upstream within ${seconds(breaker.within)} close a bank's gate to it for ${seconds(breaker.closedFor)}, for every instance. Then one call finds out
whether it is back, while the others wait. "Too busy" (429) closes the gate for as long as \`Retry-After\` says, in seconds or as a date,
but at least ${busy.least} s and at most ${busy.most / 60} minutes; for ${busy.unsaid} s when it does not say.
`

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) fs.writeFileSync(FILE, policiesDocument())
