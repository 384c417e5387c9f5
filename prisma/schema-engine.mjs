#!/usr/bin/env node
/**
 * Stands in for Prisma's native `schema-engine`, which Prisma would download from binaries.prisma.sh. It speaks the same
 * protocol (JSON-RPC lines on stdio, and `cli can-connect-to-database|create-database|drop-database`) and lets
 * @prisma/schema-engine-wasm, which comes with npm, do the work. prisma.config.ts names it; PRISMA_NATIVE_SCHEMA_ENGINE=1
 * takes Prisma's own instead.
 */
import { readFileSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import pg from 'pg'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: { datamodels: { type: 'string', multiple: true }, datasource: { type: 'string' }, 'enabled-preview-features': { type: 'string' }, 'extension-types': { type: 'string' } },
})
const url = values.datasource ? JSON.parse(values.datasource).url : undefined
if (positionals[0] === 'cli') await answerCli(positionals[1])

/** The three questions that Prisma asks with a command instead of JSON-RPC. */
async function answerCli(question) {
  const target = new URL(url)
  const database = decodeURIComponent(target.pathname.slice(1))
  const admin = new URL(url)
  admin.pathname = '/postgres'
  const client = new pg.Client({ connectionString: question === 'can-connect-to-database' ? url : admin.href })
  try {
    await client.connect()
    if (question === 'create-database') await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`)
    if (question === 'drop-database') await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(database)} WITH (FORCE)`)
    await client.end()
  } catch (error) {
    const [code, message] = error.code === '3D000'
      ? ['P1003', `Database \`${database}\` does not exist`]
      : ['P1001', `Can't reach database server at \`${target.host}\`: ${error.message}`]
    // Prisma drops the first line of stderr and reads the rest as JSON log lines.
    process.stderr.write('\n' + JSON.stringify({ level: 'ERROR', target: 'schema_engine::logger', fields: { error_code: code, message } }))
    process.exit(1)
  }
  process.exit(0)
}

const wasm = new URL('schema_engine_bg.wasm', pathToFileURL(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm')))
const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg')
const { instance } = await WebAssembly.instantiate(readFileSync(wasm), { './schema_engine_bg.js': glue })
glue.__wbg_set_wasm(instance.exports)
instance.exports.__wbindgen_start?.()

// The engine reads catalogue columns of types that adapter-pg does not map ("char", name, oid): show them as bpchar, text, int8.
const shown = new Map([[18, 1042], [19, 25], [26, 20], [24, 25], [1002, 1014], [1003, 1009]])
const addFields = pg.Result.prototype.addFields
pg.Result.prototype.addFields = function (fields) {
  for (const field of fields) {
    field.char = field.dataTypeID === 18
    field.dataTypeID = shown.get(field.dataTypeID) ?? field.dataTypeID
  }
  return addFields.call(this, fields)
}

const { PrismaPg } = await import('@prisma/adapter-pg')
const { bindMigrationAwareSqlAdapterFactory } = await import('@prisma/driver-adapter-utils')

const failure = (id, message, meta = null, code = null) => JSON.stringify({
  jsonrpc: '2.0', id, error: { code: 4466, message: 'An error happened. Check the data field for details.', data: { is_panic: false, message, meta, error_code: code } },
}) + '\n'

// A panic in the engine must not look like "no difference": Prisma takes a silent end for success.
let current
globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => { writeSync(1, failure(current, `schema engine panic: ${message}`)) } }

/** Two mends to a PrismaPg connection. */
function mend(connection) {
  // It cuts a script at every ';', also inside $$ … $$: send the script whole.
  connection.executeScript = async (script) => {
    try { await connection.client.query(script) } catch (error) { connection.onError(error) }
  }
  // It never says Character for "char" columns, and then the engine panics on pg_constraint.contype (PostgreSQL 18 lists NOT NULL there).
  const CHARACTER = 6
  const performIO = connection.performIO.bind(connection)
  const queryRaw = connection.queryRaw.bind(connection)
  let fields = []
  connection.performIO = async (query) => {
    const result = await performIO(query)
    fields = result.fields ?? []
    return result
  }
  connection.queryRaw = async (query) => {
    const result = await queryRaw(query)
    result.columnTypes = result.columnTypes.map((type, i) => (fields[i]?.char ? CHARACTER : type))
    return result
  }
  return connection
}

/** PrismaPg's own shadow database loses its name beside a connection string, and is dropped before it is left. */
class Factory extends PrismaPg {
  async connect() {
    return mend(await super.connect())
  }

  async connectToShadowDb() {
    const name = `prisma_migrate_shadow_db_${crypto.randomUUID()}`
    const admin = new pg.Client({ connectionString: url })
    await admin.connect()
    await admin.query(`CREATE DATABASE "${name}"`)
    const shadowUrl = new URL(url)
    shadowUrl.pathname = `/${name}`
    const shadow = mend(await new PrismaPg({ connectionString: shadowUrl.href }).connect())
    const dispose = shadow.dispose.bind(shadow)
    shadow.dispose = async () => {
      await dispose()
      await admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`)
      await admin.end()
    }
    return shadow
  }
}

const METHODS = new Set(['applyMigrations', 'createMigration', 'dbExecute', 'devDiagnostic', 'diagnoseMigrationHistory', 'diff', 'ensureConnectionValidity', 'evaluateDataLoss', 'introspect', 'introspectSql', 'markMigrationApplied', 'markMigrationRolledBack', 'reset', 'schemaPush'])
const datamodels = values.datamodels?.map((file) => [file, readFileSync(file, 'utf8')])
let engine
let printed = 1_000_000

async function call(method, params) {
  engine ??= await glue.SchemaEngine.new({ datamodels }, () => {}, bindMigrationAwareSqlAdapterFactory(new Factory({ connectionString: url })))
  if (method === 'getDatabaseVersion') return engine.version(params)
  if (!METHODS.has(method)) throw new Error(`prisma/schema-engine.mjs does not know the method ${method}`)
  const result = await engine[method](params)
  if (method === 'diff' && result?.stdout) process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id: printed++, method: 'print', params: { content: result.stdout } }) + '\n')
  return result ?? {}
}

async function answer({ id, method, params }) {
  current = id
  try {
    return JSON.stringify({ jsonrpc: '2.0', id, result: await call(method, params) }) + '\n'
  } catch (error) {
    return failure(id, error?.message ?? String(error), error?.meta ?? null, error?.code ?? error?.error_code ?? null)
  }
}

let queue = Promise.resolve()
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const message = JSON.parse(line)
    if (!message.method) return // the answer to a print
    queue = queue.then(async () => { process.stdout.write(await answer(message)) })
  })
  .on('close', () => queue.finally(() => process.exit(0)))
