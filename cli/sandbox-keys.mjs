/** The keys and passwords of a try-out on this machine, made once. Nothing here is worth anything elsewhere. */
import { generateKeyPair, randomBytes, randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { calculateJwkThumbprint } from 'jose'

/** @typedef {{ private: import('jose').JWK, public: import('jose').JWK }} KeyPair */

/** @returns {Promise<KeyPair>} */
async function newKeyPair() {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 3072 })
  const half = (key) => key.export({ format: 'jwk' })
  const more = { kid: await calculateJwkThumbprint(half(pair.publicKey)), alg: 'RS256', use: 'sig' }
  return { private: { ...half(pair.privateKey), ...more }, public: { ...half(pair.publicKey), ...more } }
}

/** Signs the checkpoints of the audit log, or receipts. @returns {Promise<import('jose').JWK>} */
async function newSigningKey() {
  const { privateKey } = await promisify(generateKeyPair)('ed25519')
  return privateKey.export({ format: 'jwk' })
}

const random = () => randomBytes(32).toString('base64')

async function newKeys() {
  const [idporten, maskinporten] = await Promise.all([newKeyPair(), newKeyPair()])
  return {
    idporten, maskinporten, maskinportenClientId: randomUUID(), staffClientSecret: randomBytes(24).toString('base64url'),
    lanekassenApiKey: randomUUID(), altinnApiKey: randomUUID(), authSecret: random(), encryptionKey: random(), fingerprintKey: random(),
    audit: await newSigningKey(), receipt: await newSigningKey(),
  }
}

/** @typedef {Awaited<ReturnType<typeof newKeys>>} SandboxKeys */

/**
 * The keys in `file`, made when it is not there; without a file, keys for this once. A file of before may lack the newest key.
 * @param {string} [file]
 * @returns {Promise<SandboxKeys>}
 */
export async function sandboxKeys(file) {
  const kept = /** @type {Partial<SandboxKeys>} */ (file && fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {})
  if (kept.audit && kept.receipt && kept.altinnApiKey) return /** @type {SandboxKeys} */ (kept)
  const keys = { ...(await newKeys()), ...kept }
  if (file) {
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, JSON.stringify(keys, null, 2), { mode: 0o600 })
  }
  return keys
}
