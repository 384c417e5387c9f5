import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { NEWEST_NOTICE, noticeOf, noticeVersion, readNoticeVersion } from '@/lib/consent/notice'
import { locales } from '../locales'
import { messages } from '../messages'
import { noticeAsShown, noticeVersions, noticeWords } from './notices'

/** What a version's words were when they were first shown. A new version adds a line; no line is ever changed. */
const shownOnce: Record<string, string> = {
  '2026-11': '4d8c25c8ccd0eb21e6d3bda6e2860829ef7f8b0ff86aa77b3f1f287ba7fa5660',
  '2026-11-21': 'da7b206ffc706b79d0b4e1667d37e0d843e2d08ef9e805167d7a4ad1800aee95',
}

describe('the words about the consent', () => {
  test.each(locales)('that the page shows in %s are those of the newest version: changed words are a new version', (locale) => {
    const { title, what, who, help, why, howLong, stop, steps, freedom, start, decline } = messages[locale].consent
    expect({ title, what, who, help, why, howLong, stop, steps, freedom, start, decline }).toEqual(noticeWords(NEWEST_NOTICE, locale))
  })

  test('of a version are never changed, and every version’s are kept', () => {
    const hashes = noticeVersions.map((version) => [version, createHash('sha256').update(JSON.stringify(locales.map((locale) => noticeWords(version, locale)))).digest('hex')])
    expect(Object.fromEntries(hashes)).toEqual(shownOnce)
  })

  test('of a version that never was, are nobody’s', () => {
    expect(noticeWords('1999-01', 'nb')).toBeNull()
  })

  test('are filled in as they were shown, with or without an adviser', () => {
    const notice = noticeWords('2026-11', 'nb')
    if (!notice) throw new Error('no words')
    const filled = { bank: 'Fjordbanken', date: '20. november 2027', supplier: null }
    const shown = noticeAsShown(notice, { ...filled, adviserSharing: true })
    expect(shown.answers[1]).toEqual(['Hvem som ser det', 'Du. En rådgiver i Fjordbanken ser det bare hvis du selv deler det, og bare mens du er logget inn.'])
    expect(shown.answers[3]).toEqual(['Hvor lenge', 'Samtykket varer til 20. november 2027. Beløpene sletter vi når du logger ut.'])
    expect(noticeAsShown(notice, { ...filled, adviserSharing: false }).answers[1]).toEqual(['Hvem som ser det', 'Bare du. Ingen andre ser beløpene.'])
    expect(JSON.stringify(shown)).not.toMatch(/[{]\w+[}]/)
  })

  test('name a supplier where the page did, from the version on that could', () => {
    const answers = (version: string, supplier: string | null) => noticeAsShown(noticeWords(version, 'nb')!, { bank: 'Fjordbanken', date: 'x', adviserSharing: false, supplier }).answers
    expect(answers('2026-11-21', 'Samdrift AS')[2]).toEqual(['Hvem som hjelper oss', 'Samdrift AS henter saldoen for Fjordbanken. De bruker den ikke til noe annet.'])
    expect(answers('2026-11-21', null)).toEqual(answers('2026-11', 'Samdrift AS'))
    expect(noticeOf({ noticeVersion: '2026-11-21.supplier', handledByName: 'Samdrift AS' })).toEqual({ words: '2026-11-21', adviserSharing: false, supplier: 'Samdrift AS' })
    expect(noticeOf({ noticeVersion: '2026-11.adviser', handledByName: 'Samdrift AS' })).toEqual({ words: '2026-11', adviserSharing: true, supplier: null })
  })

  test.each([[true, true], [true, false], [false, true], [false, false]])('are named by their version and by what they told of (an adviser: %s, a supplier: %s)', (adviserSharing, supplier) => {
    expect(readNoticeVersion(noticeVersion({ adviserSharing, supplier }))).toEqual({ words: NEWEST_NOTICE, adviserSharing, supplier })
  })
})
