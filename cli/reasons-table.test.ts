import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { ConsentStatus, ExchangeMark } from '@/lib/consent/consent'
import { consentStates } from '@/lib/consent/consent-state'
import type { NotThisConsent } from '@/lib/consent/provider'
import type { NotStarted } from '@/lib/consent/start-consent'
import type { CertificateProblem } from '@/lib/keys/business-certificate'
import type { Pkcs12Problem } from '@/lib/keys/pkcs12'
import type { JwkProblem } from '@/lib/keys/private-jwk'
import type { MaskinportenFailure } from '@/lib/maskinporten/client'
import type { NoReading, ReadFailure } from '@/lib/sources/read-source'

/** Every word of a closed union: one that is missing, or one too many, does not compile. */
const all = <Word extends string>(words: Record<Word, true>) => Object.keys(words)

const chapters: Record<string, readonly string[]> = {
  'States of a consent': [...all<ConsentStatus>({ requested: true, accepted: true, rejected: true, revoked: true, expired: true })],
  'The one exchange of a consent': all<ExchangeMark>({ begun: true, given: true, used: true, lost: true, spent: true }),
  'Why a reading gave nothing': all<ReadFailure | NoReading>({
    'provider-unavailable': true, 'provider-refused': true, 'credentials-unavailable': true, misconfigured: true, 'source-unavailable': true, 'source-busy': true, 'not-a-customer': true, 'consent-refused': true,
    'unexpected-answer': true, 'consent-ended': true, 'exchange-unknown': true, 'token-spent': true, 'session-over': true, 'consent-not-usable': true, 'not-this-persons': true, 'read-already-or-underway': true,
  }),
  'Why nobody was sent to Altinn': all<Exclude<NotStarted, ReadFailure>>({ 'name-needed': true, 'name-refused': true }),
  'What an imported consent was not': all<NotThisConsent>({ 'unknown-to-altinn': true, 'not-given': true, 'other-person': true, 'other-bank': true, 'other-resource': true, 'other-end': true }),
  'Maskinporten and delegation': [...all<MaskinportenFailure>({ 'maskinporten-unavailable': true, 'maskinporten-misconfigured': true, 'consent-grant-refused': true, 'consent-token-lost': true }), 'MP-250', 'MP-251', 'combination consumer_org'],
  'Keys and certificates that are refused': all<JwkProblem | Pkcs12Problem | CertificateProblem>({
    'not-json': true, 'not-a-key': true, 'public-half': true, 'no-kid': true, 'same-kid': true, 'too-short': true, 'no-such-date': true, 'not-one-to-five': true, 'not-pkcs12': true, 'wrong-password': true, 'not-readable': true,
    'no-key': true, 'no-certificate': true, 'several-keys': true, 'encryption-only': true, 'not-rsa': true, psd2: true, 'natural-person': true, 'no-organisation': true, 'other-organisation': true, 'not-yet-valid': true,
    expired: true, 'unknown-issuer': true, 'production-in-test': true, 'test-in-production': true, 'no-chain': true, 'chain-expired': true,
  }),
}

const document = readFileSync('docs/operations.md', 'utf8')
const chapter = (title: string): string => new RegExp(`^### ${title}\\n([\\s\\S]*?)(?=^#{2,3} )`, 'm').exec(document)?.[1] ?? ''
/** The words in the first column of a chapter's table. */
const rowsOf = (title: string): string[] => [...chapter(title).matchAll(/^\| (`[^|]*`) \|(.*)\|$/gm)].flatMap(([, first = '']) => [...first.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word))

describe('what docs/operations.md says of states and reasons', () => {
  test.each(Object.entries(chapters))('%s: every word of the code has its row, and no row is of a word that there is not', (title, words) => {
    expect(rowsOf(title).sort()).toEqual([...words].sort())
  })

  test('no row leaves a cell empty', () => {
    for (const title of Object.keys(chapters)) for (const line of chapter(title).split('\n').filter((row) => row.startsWith('| '))) expect(line.slice(1, -1).split('|').every((cell) => cell.trim() !== ''), line).toBe(true)
  })

  test('each state of /my-data is told of', () => {
    for (const state of consentStates) expect(document).toContain(`\`${state}\``)
  })
})
