/**
 * npm run import-consents -- <file> [--dry-run] [--bank <organisation number>]: takes in consents that were given in Altinn 2 and
 * that Altinn has moved to Altinn 3, with the app's own settings. The file holds national ids: nothing of it is printed, and what
 * is wrong with a line is told by the line's number.
 *
 * Exit codes: 0 every line was taken in (or had been before), 1 some were not, 2 nothing could be done.
 */
import { accessSync, constants, createReadStream, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { ConfigError } from '../lib/config.ts'
import { loadBanks } from '../lib/config-banks.ts'
import { importConsents } from '../lib/consent/import-consents.ts'
import { newCorrelationId } from '../lib/correlation-id.ts'
import { openDatabase } from '../lib/db.ts'
import { createServices } from '../lib/services.ts'

const USAGE = `How to use it:
  npm run import-consents -- <file> [--dry-run] [--bank <organisation number>]
docs/operations.md says what the file holds.`

/** @type {Record<import('../lib/consent/import-consents.ts').NotImported, string>} */
const WHY = {
  unreadable: 'not in the form of the file',
  'no-national-id': 'the national id is none that is let in here',
  'no-code': 'the authorization code is no UUID',
  'no-valid-to': 'validTo is no time with its zone, like 2027-03-01T12:00:00Z',
  over: 'the consent has run out',
  'too-long': 'the consent would last longer than a year',
  twice: 'the same authorization code stands on an earlier line',
  'other-person': 'the consent is here already, as another person’s',
  'has-another': 'the person has another consent here, in force or waiting',
}
/** At most so many lines are named one by one. */
const NAMED = 1_000

class Cannot extends Error {}
const cannot = (why) => { throw new Cannot(why) }

/** @returns {import('../lib/config.ts').Config} */
function chosenBank(number) {
  const { banks } = loadBanks()
  if (number === undefined && banks.length > 1) cannot(`Which bank? --bank ${banks.map((bank) => bank.BANK_ORG_NUMBER).join(' or ')}`)
  return (number === undefined ? banks[0] : banks.find((bank) => bank.BANK_ORG_NUMBER === number)) ?? cannot(`No bank here has the number given. There is ${banks.map((bank) => bank.BANK_ORG_NUMBER).join(', ')}.`)
}

function linesOf(file) {
  try {
    accessSync(file, constants.R_OK)
    if (!statSync(file).isFile()) throw new Error()
  } catch {
    cannot('The file cannot be read.')
  }
  return createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })
}

/** @returns {Promise<0 | 1>} */
async function run(file, { bank, 'dry-run': dryRun = false }) {
  const lines = linesOf(file)
  const config = chosenBank(bank)
  const db = openDatabase(config.DATABASE_URL.reveal(), config.BANK_ORG_NUMBER)
  try {
    const house = createServices(config, db)
    const done = await importConsents(house, { lines, dryRun, synthetic: config.DEPLOYMENT !== 'production', correlationId: newCorrelationId() })
    if (!done.ok) cannot(done.reason === 'not-altinn3' ? 'CONSENT_PROVIDER is not altinn3: consents of Altinn 2 are imported where Altinn 3 has taken them over.' : 'The file is neither JSON Lines nor CSV with the columns nationalId, authorizationCode and validTo.')
    const { imported, known, refused } = done.value
    for (const { line, why } of refused.slice(0, NAMED)) console.log(`Line ${line}: ${WHY[why]}.`)
    if (refused.length > NAMED) console.log(`… and ${refused.length - NAMED} more.`)
    console.log(`${dryRun ? 'This was a trial: nothing was written. Would be imported' : 'Imported'}: ${imported}. Imported before: ${known}. Not imported: ${refused.length}.`)
    if (imported > 0 && !dryRun) console.log('Each is used only after Altinn has been asked about it, when its person logs in.')
    return refused.length > 0 ? 1 : 0
  } finally {
    await db.$disconnect()
  }
}

try {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { 'dry-run': { type: 'boolean' }, bank: { type: 'string' } } })
  const [file, ...more] = positionals
  process.exitCode = file === undefined || more.length > 0 ? cannot(USAGE) : await run(file, values)
} catch (error) {
  // A text of another library may hold what it stumbled over.
  if (error instanceof Cannot || error instanceof ConfigError) console.error(error.message)
  else if (error.code?.startsWith('ERR_PARSE_ARGS')) console.error(USAGE)
  else console.error(`It could not be done: ${error.name}${/^[A-Z0-9_]{2,40}$/.test(error.code ?? '') ? ` ${error.code}` : ''}. Lines before it were taken in; run it again.`)
  process.exitCode = 2
}
