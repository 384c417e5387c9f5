/**
 * npm run verify-audit: is the audit log what was signed? Needs a dump, the checkpoints that were kept outside the database
 * and the public key; no database, no settings, and nothing of the app but the pure modules in lib/audit.
 *
 *   npm run verify-audit -- --dump audit.sql --checkpoints checkpoints.txt --key audit-key.jwks [--bank 311111116] [--from 0]
 *   npm run verify-audit -- --export audit.sql [--bank 311111116]      writes the dump, as DATABASE_OWNER_URL
 *
 * Exit codes: 0 the log is whole, 1 something is wrong with it, 2 it could not be judged.
 */
import { accessSync, constants, createReadStream, createWriteStream, readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { trustKey } from '../lib/audit/checkpoint.ts'
import { readCheckpoints, readDump, UnreadableDump } from '../lib/audit/dump.ts'
import { inWords } from '../lib/audit/finding.ts'
import { emptyLog } from '../lib/audit/log-rows.ts'
import { verifyLog } from '../lib/audit/verify.ts'
import { exportAudit } from './export-audit.mjs'
import { settingFrom } from './setting.mjs'

const USAGE = `How to use it:
  npm run verify-audit -- --dump <file> --checkpoints <file> --key <file> [--bank <organisation number>] [--from <position>]
  npm run verify-audit -- --export <file> [--bank <organisation number>]
docs/operations.md says where the files come from.`

class CannotJudge extends Error {}
const cannot = (why) => { throw new CannotJudge(why) }

function textOf(file, what) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return cannot(`${what} cannot be read: ${file}`)
  }
}

/** Public keys from a JWK or a JWKS. */
function keysFrom(file) {
  const text = textOf(file, 'The key file')
  let listed
  try {
    const parsed = JSON.parse(text)
    listed = Array.isArray(parsed.keys) ? parsed.keys : [parsed]
  } catch {
    cannot('The key file is neither a JWK nor a JWKS.')
  }
  if (listed.some((jwk) => jwk?.d !== undefined)) cannot('The key file holds the private key. Only its public half (without "d") belongs here; keep the other away.')
  const ours = listed.filter((jwk) => jwk?.kty === 'OKP' && jwk.crv === 'Ed25519')
  if (ours.length === 0) cannot('The key file holds no Ed25519 key.')
  try {
    return ours.map(({ x }) => trustKey(x))
  } catch {
    return cannot('The key file holds a key that is none.')
  }
}

async function logsFrom(file) {
  try {
    accessSync(file, constants.R_OK)
  } catch {
    cannot(`The dump cannot be read: ${file}`)
  }
  try {
    return await readDump(createReadStream(file, 'utf8'))
  } catch (error) {
    if (error instanceof UnreadableDump) cannot(`The dump cannot be judged: ${error.message}.`)
    throw error
  }
}

/** @returns {Promise<0 | 1 | 2>} */
async function judge({ dump, checkpoints, key, bank, from = '0' }) {
  if (!/^\d{1,15}$/.test(from)) cannot('--from is a position: a whole number.')
  const keys = keysFrom(key)
  const kept = readCheckpoints(textOf(checkpoints, 'The file of checkpoints'))
  if (kept.checkpoints.length === 0) cannot('The file of checkpoints holds none that can be read. Without one that was kept outside, a log that was cut cannot be told from a whole one.')
  const began = performance.now()
  const logs = await logsFrom(dump)
  // An empty dump is a log that is gone. One that lacks a bank may be an auditor's, of one bank only: then --bank says so.
  const banks = bank ? [bank] : [...new Set((logs.length > 0 ? logs : kept.checkpoints).map((one) => one.bank))]
  if (kept.spoilt > 0) console.log(`${kept.spoilt} of the checkpoints kept outside cannot be read: that file itself was changed or cut.\n`)

  const absent = [...new Set(kept.checkpoints.map((one) => one.bank))].filter((one) => !bank && !banks.includes(one))
  if (absent.length > 0) console.log(`Checkpoints were kept of ${absent.join(' and ')} too, and the dump holds nothing of that log. When it should hold one bank's only, say which with --bank; else a log is gone.\n`)

  let [wrong, unsure, events] = [kept.spoilt, absent.length, 0]
  for (const one of banks) {
    const rows = logs.find((log) => log.bank === one) ?? emptyLog(one)
    if (from !== '0' && !rows.checkpoints.some(({ size }) => size === Number(from))) cannot(`No checkpoint was signed at position ${from}.`)
    const result = verifyLog({ rows, outside: kept.checkpoints, keys, from: Number(from) })
    tell(result, Number(from))
    wrong += result.findings.length
    unsure += result.outside === 0 ? 1 : 0
    events += result.events
  }
  const seconds = (performance.now() - began) / 1000
  console.log(`${events} events in ${seconds.toFixed(1)} s.`)
  if (wrong > 0) console.log('THE AUDIT LOG IS NOT WHAT WAS SIGNED. What to do: docs/operations.md, "When the audit log does not verify".')
  else if (unsure > 0) console.log('No change was found, but not everything could be judged: the log cannot be called whole.')
  else console.log('The audit log is whole.')
  return wrong > 0 ? 1 : unsure > 0 ? 2 : 0
}

function tell({ bank, findings, events, pending, oldestPending, checkpoints, outside, lastSigned, longestGap }, from) {
  console.log(`The log of ${bank}: ${events} sealed events, ${checkpoints} checkpoints, the last of ${lastSigned?.toISOString() ?? '(none is signed)'}.`)
  if (from > 0) console.log(`  What came before position ${from} was not looked at.`)
  console.log(outside > 0 ? `  Compared with ${outside} checkpoints kept outside.` : '  No checkpoint kept outside is of this log and signed with a key given: whether its end was cut cannot be said.')
  if (pending > 0) console.log(`  ${pending} events are not sealed yet, the oldest of ${oldestPending?.toISOString()}.`)
  if (longestGap > 60) console.log(`  Between two checkpoints lay up to ${Math.round(longestGap)} s: for so long a change of the newest events could have gone unseen.`)
  for (const finding of findings) console.log(`  * ${inWords(finding)}`)
  console.log('')
}

async function write({ export: file, bank }) {
  const url = settingFrom('DATABASE_OWNER_URL') ?? cannot('DATABASE_OWNER_URL is missing: the role that may read the whole log.')
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, ...(bank && { options: `-c saldosyn.bank=${bank}` }) })
  await client.connect()
  try {
    await pipeline(Readable.from(exportAudit(client, bank)), createWriteStream(file, { mode: 0o600 }))
  } finally {
    await client.end()
  }
  console.log(`The audit log was written to ${file}.`)
  return 0
}

try {
  const text = { type: 'string' }
  const { values } = parseArgs({ options: { dump: text, checkpoints: text, key: text, export: text, bank: text, from: text } })
  if (values.bank !== undefined && !/^\d{9}$/.test(values.bank)) cannot('--bank is an organisation number: nine digits.')
  const asked = values.export !== undefined ? write : values.dump && values.checkpoints && values.key ? judge : undefined
  if (!asked) cannot(USAGE)
  process.exitCode = await asked(values)
} catch (error) {
  console.error(error instanceof CannotJudge || error.code?.startsWith('ERR_PARSE_ARGS') ? error.message : `It could not be judged. ${error.message}`)
  process.exitCode = 2
}
