/**
 * npm run verify-receipt -- kvittering-2026-11-21.jsonld [--keys saldosyn-receipt-keys.json]
 * Is a receipt what the bank made? Reads two files and asks nobody. Ends with 0 when it is, 1 when it is not, 2 when that cannot be told.
 */
import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { receiptDocument } from '../lib/receipt/receipt-document.ts'
import { verifyReceipt } from '../lib/receipt/signed-receipt.ts'

const KEYS = 'saldosyn-receipt-keys.json'
const USE = `Use: npm run verify-receipt -- <receipt.jsonld> [--keys <${KEYS}>]`

/** @type {Record<import('../lib/receipt/signed-receipt.ts').NotGenuine, (kid: string | null) => string>} */
const words = {
  'not-json': () => 'This is not a receipt: the file is not JSON made of texts, lists and objects. Is it the PDF, or cut off?',
  'not-signed': () => 'This is not a signed receipt: it has no signature of a receipt in it.',
  'unknown-key': (kid) => `It is signed with the key ${kid}, which is not in the key file. Fetch the bank’s keys again: it may have changed its key, or somebody else has made this.`,
  changed: () => 'It has been changed after it was signed, or was never signed by the bank: the signature does not fit the content.',
}

/** @param {string} message @param {number} code @returns {never} */
function end(message, code) {
  console.log(message)
  process.exit(code)
}

/** @param {string} file @param {string} what */
function read(file, what) {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return end(`Cannot tell: ${what} cannot be read: ${file}`, 2)
  }
}

/** The key file, checked as far as it must be to be used. @param {string} file */
function readKeys(file) {
  try {
    const set = JSON.parse(read(file, 'the key file'))
    if (Array.isArray(set.keys) && set.keys.length > 0) return set
  } catch {
    // said below
  }
  return end(`Cannot tell: the key file is not a JWK Set: ${file}`, 2)
}

/** What the receipt says, in a few lines. @param {import('../lib/receipt/receipt-document.ts').ReceiptDocument} document */
function summary({ 'dct:created': made, 'dct:publisher': publisher, 'dpv:hasRecordOfActivity': record }) {
  const states = record['dpv:hasConsentStatus'].map((state) => `  ${state['dpv:isIndicatedAtTime'] ?? 'at a time no longer kept'}  ${state['@type'].replace('dpv:Consent', '').toLowerCase()}: ${state['dpv:hasIndicationMethod']}`)
  const controller = record['dpv:hasDataController']
  return [
    `Made ${made} by ${publisher['@id']}`,
    `Consent ${record['dct:identifier']} to ${controller['schema:name'] ?? 'organisation'} (${controller['schema:taxID']})`,
    `Purpose: ${record['dpv:hasProcess']['dpv:hasPurpose']['dct:description']['@value']}`,
    ...states,
    'It tells how things stood when it was made. What has happened since is not in it.',
  ].join('\n')
}

/** @returns {{ file: string | undefined, keys: string | undefined }} */
function asked() {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { keys: { type: 'string' } } })
    return { file: positionals.length === 1 ? positionals[0] : undefined, keys: values.keys }
  } catch {
    return { file: undefined, keys: undefined }
  }
}

const { file, keys = file && path.join(path.dirname(file), KEYS) } = asked()
if (!file || !keys) end(USE, 2)
if (!fs.existsSync(keys)) end(`Cannot tell: the bank’s public keys are needed. Fetch them once from the bank’s address, /.well-known/${KEYS}, lay them beside the receipt, or name them with --keys.`, 2)
const verified = await verifyReceipt(read(file, 'the receipt'), readKeys(keys))
if (!verified.ok) end(`NOT GENUINE. ${words[verified.why](verified.kid)}`, 1)
const document = receiptDocument.safeParse(verified.document)
if (!document.success) end(`NOT A RECEIPT. The signature is the bank’s, but the content is not a receipt’s: ${document.error.issues[0]?.path.join(' → ') || 'the whole'} is not as it must be.`, 1)
end(`GENUINE. Signed with the key ${verified.kid}, and not changed since.\n${summary(document.data)}`, 0)
