import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import forge from 'node-forge'
import { expect, test } from 'vitest'
import { serialNumber } from './serial-number.ts'

const pair = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } })

test.each([[[0xff, 1]], [[0x80, 0]], [[0x7f, 1]], [[0, 0x80]], [[0, 0x7f]], [[0, 0, 0, 1]]])('a certificate can be read whose serial number is made of %j', (bytes) => {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicKey)
  certificate.serialNumber = serialNumber(Uint8Array.from(bytes))
  certificate.validity.notAfter = new Date(Date.now() + 86_400_000)
  certificate.sign(forge.pki.privateKeyFromPem(pair.privateKey), forge.md.sha256.create())
  expect(new X509Certificate(forge.pki.certificateToPem(certificate)).serialNumber).toBe(`01${Buffer.from(bytes).toString('hex').toUpperCase()}`)
})
