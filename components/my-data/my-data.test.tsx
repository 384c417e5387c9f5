import { createTranslator } from 'next-intl'
import { describe, expect, test } from 'vitest'
import { consentState, isAnswered, type ConsentState } from '@/lib/consent/consent-state'
import type { Consent } from '@/lib/consent/consent'
import { MIGRATED, NEWEST_NOTICE, noticeOf } from '@/lib/consent/notice'
import type { KeptPeriods, Period } from '@/lib/retention/policy'
import type { StudentLoanBalance } from '@/lib/sources/lanekassen/balance'
import type { Everything } from '@/lib/subject/export-everything'
import type { Other, Seen } from '@/lib/subject/who-has-seen'
import { aConsent, after, day } from '@/lib/testing/builders'
import { aReceipt } from '@/lib/testing/receipts'
import { locales, type Locale } from '@/messages/locales'
import { messages } from '@/messages/messages'
import { sheetFile } from '../sheet/sheet-file'
import { SheetView } from '../sheet/sheet-view'
import { htmlOf, noAction, textOf } from '../testing/draw'
import { ErasePage } from './erase-page'
import { exportSheet } from './export-sheet'
import { MyDataPage } from './my-data-page'
import { areKept } from './notice-words'
import { ReceiptPage } from './receipt-page'
import { receiptSheet } from './receipt-sheet'

const own = (consent: Consent, now = day(10)) => ({ consent, state: consentState(consent, now), hasReceipt: isAnswered(consent, now), notice: noticeOf(consent) })
const seen = (n: number, but: Partial<Seen> = {}): Seen => ({ place: { id: String(n), at: day(n) }, at: day(n), sight: 'shown', who: { is: 'you' }, reference: 'K7QM-9XTB-2RWH', ...but })
const period = (count: number, unit: Period['unit']): Period => ({ unit, count })
/** No two alike, and none of them ours: what is said must come from here. */
const periods: KeptPeriods = { nationalId: period(2, 'years'), stranger: period(41, 'days'), consents: period(4, 'years'), unanswered: period(1, 'days'), shares: period(7, 'months'), unopened: period(42, 'days'), log: period(1, 'years') }
const page = ({ consents = [] as ReturnType<typeof own>[], entries = [] as Seen[], older = false, next = null as string | null, erasable = true, kept = periods } = {}) => (
  <MyDataPage data={{ consents, seen: { entries, next: null }, erasable }} older={older} next={next} kept={kept} bankName="Fjordbanken" altinnUrl="https://am.ui.altinn.no" stopHere={noAction} />
)
const accepted = aConsent({ status: 'accepted', settledAt: day(0), validTo: new Date('2027-11-19T23:30:00Z') })

describe('My data', () => {
  test('with nothing in it says so, of consents and of look-ups', () => {
    const said = textOf(page())
    expect(said).toContain('Du har ikke blitt spurt om noe samtykke her')
    expect(said).toContain('Ingen har hentet eller sett saldoen din.')
  })

  test.each([
    ['active', accepted, 'Aktivt til 20. november 2027', ['Trekk samtykket i Altinn', 'Slutt å vise her']],
    ['unanswered', aConsent({ requestedAt: day(10), validTo: day(300) }), 'Venter på svar', ['Se forespørselen']],
    ['request-expired', aConsent(), 'Ikke besvart', []],
    ['refused', aConsent({ status: 'rejected', settledAt: day(1) }), 'Avslått 2. januar 2026', ['Se kvittering']],
    ['expired', aConsent({ status: 'expired', settledAt: day(365) }), 'Utløpt 31. desember 2026', ['Se kvittering']],
    ['withdrawn', aConsent({ status: 'revoked', settledAt: day(5) }), 'Trukket 6. januar 2026', ['Se kvittering']],
    ['stopped-here', aConsent({ status: 'revoked', settledAt: day(5), stoppedHereAt: day(5) }), 'Stoppet her 6. januar 2026', ['Se kvittering']],
  ] as const)('says how a consent stands and what can be done: %s', (state, consent, words, offers) => {
    const one = own(consent, state === 'expired' ? day(400) : day(10))
    expect(one.state satisfies ConsentState).toBe(state)
    const said = textOf(page({ consents: [one] }))
    for (const offer of [words, ...offers]) expect(said).toContain(offer)
  })

  test('shows the words that were read, in the language they were read in', () => {
    const html = htmlOf(page({ consents: [own(aConsent({ ...accepted, noticeLanguage: 'en', noticeVersion: '2026-11.adviser', coveredByName: 'Gamlebanken' }))] }))
    expect(html).toMatch(/<blockquote[^>]*lang="en"/)
    expect(html).toContain('An adviser at Gamlebanken sees it only if you share it yourself')
    expect(html).toContain('Versjon 2026-11.adviser, på engelsk')
  })

  test.each([['nb', 'Formål For å vise deg saldoen her hos oss.'], ['nn', 'Formål For å vise deg saldoen her hos oss.'], ['en', 'Purpose To show you the balance here with us.']] as const)('says the purpose in the language that is read now, whichever the words were in: %s', (locale, words) => {
    for (const noticeLanguage of locales) expect(textOf(page({ consents: [own(aConsent({ ...accepted, noticeLanguage }))] }), locale)).toContain(words)
  })

  test('says what is not known of the words: their language, or the words themselves', () => {
    expect(textOf(page({ consents: [own(aConsent({ ...accepted, noticeLanguage: null }))] }))).toContain('Vi registrerte ikke språket den gangen.')
    expect(textOf(page({ consents: [own(aConsent({ ...accepted, noticeVersion: '1999-01' }))] }))).toContain('Vi har ikke denne teksten lenger.')
  })

  test('tells of look-ups by month in Oslo, and claims "nobody else" only when it shows all', () => {
    const entries = [seen(40), seen(31, { at: new Date('2026-01-31T23:30:00Z') }), seen(1, { sight: 'fetched' })]
    const html = htmlOf(page({ entries }))
    expect(Array.from(html.matchAll(/<h3 class="font-semibold">([^<]*)</g), ([, month]) => month?.replace(/\s/g, ' '))).toEqual(['februar 2026', 'januar 2026'])
    expect(textOf(page({ entries }))).toContain('Ingen andre enn du har sett saldoen.')
    expect(textOf(page({ entries, next: '1-1' }))).not.toContain('Ingen andre enn du')
    expect(textOf(page({ entries, older: true }))).not.toContain('Ingen andre enn du')
    expect(textOf(page({ entries: [seen(1, { who: { is: 'other', actor: 'system', role: null, unit: null, name: null, purpose: null } })] }))).not.toContain('Ingen andre enn du')
  })

  test('says of another the role, the unit and the purpose that were recorded, the name where it is told, and no more', () => {
    const other = (who: Partial<Other>) => textOf(page({ entries: [seen(1, { who: { is: 'other', actor: 'system', role: null, unit: null, name: null, purpose: null, ...who } })] }))
    const adviser = { actor: 'staff', role: 'adviser', unit: 'Avdeling Voss', purpose: 'lånesøknad' } as const
    expect(other(adviser)).toContain('Vist for en rådgiver ved Avdeling Voss. Formål: lånesøknad.')
    expect(other({ ...adviser, unit: null })).toContain('Vist for en rådgiver ved Fjordbanken. Formål: lånesøknad.')
    expect(other({ ...adviser, name: 'Ragnhild Rådgiver' })).toContain('Vist for Ragnhild Rådgiver, rådgiver ved Avdeling Voss. Formål: lånesøknad.')
    expect(other({ actor: 'staff' })).toContain('Vist for en ansatt.')
    expect(other({ actor: 'staff', name: 'Ragnhild Rådgiver' })).toContain('Vist for Ragnhild Rådgiver, ansatt.')
    expect(other({})).toContain('Vist for et program hos oss')
    expect(other({})).not.toContain('Formål:')
  })

  test.each([
    ['nb', ['Vi sletter det 2 år etter', 'sletter vi det 41 dager etter', 'først 4 år etter', 'sletter vi etter 1 dag.', 'Vi sletter det 7 måneder etter', 'sletter vi etter 42 dager.', 'Hver måned tas ut av loggen 1 år etter'], 'Banken bestemmer hvor lenge'],
    ['nn', ['Vi slettar det 2 år etter', 'slettar vi det 41 dagar etter', 'først 4 år etter', 'slettar vi etter 1 dag.', 'Vi slettar det 7 månader etter', 'slettar vi etter 42 dagar.', 'Kvar månad blir teken ut av loggen 1 år etter'], 'Banken bestemmer kor lenge'],
    ['en', ['We delete it 2 years after', 'we delete it 41 days after', 'until 4 years after', 'are deleted after 1 day.', 'We delete it 7 months after', 'is deleted after 42 days.', 'Each month is taken out of the log 1 year after'], 'The bank decides how long'],
  ] as const)('says of each thing that is kept for how long, and of the log that the bank decides where nobody takes it out, in %s', (locale, lengths, bankDecides) => {
    const said = textOf(page(), locale)
    let from = 0
    for (const words of lengths) {
      const at = said.indexOf(words, from)
      expect(at, words).toBeGreaterThan(0)
      from = at
    }
    expect(said).not.toContain(bankDecides)
    const logStays = textOf(page({ kept: { ...periods, log: null } }), locale)
    expect(logStays).toContain(bankDecides)
    expect(logStays).not.toContain(lengths.at(-1))
  })

  test('says that a share is kept: which adviser, the unit, the time, the purpose and the case number', () => {
    expect(textOf(page())).toMatch(/Delinger med rådgiver .*hvilken rådgiver det var, enheten, tidspunktet, formålet og saksnummeret/)
    expect(textOf(<ErasePage erasable erase={noAction} />)).toContain('Samtykkene, delingene og loggen')
  })

  test('offers to erase only when nothing stands', () => {
    expect(htmlOf(page({ erasable: true }))).toContain('href="/my-data/erase"')
    expect(htmlOf(page({ erasable: false }))).not.toContain('href="/my-data/erase"')
    expect(textOf(<ErasePage erasable={false} erase={noAction} />)).toContain('Vi kan ikke slette deg ennå')
    expect(htmlOf(<ErasePage erasable={false} erase={noAction} />)).not.toContain('<form')
  })
})

const sheetIn = (locale: Locale, but: Parameters<typeof aReceipt>[0] = {}) => receiptSheet(aReceipt(but), { t: createTranslator({ locale, messages: messages[locale] }), locale, bankName: 'Fjordbanken', keysAddress: 'https://bank.example/keys' })

const nothing: Everything<StudentLoanBalance> = { takenAt: day(10), person: { reference: 'ref', nationalId: '158190 •••••', knownSince: day(0) }, logIns: [], consents: [], balance: null, shares: [], seen: [], log: [] }

describe('Everything, to be read', () => {
  test.each(locales)('says what is kept and for how long in the same words as the page, in %s', (locale) => {
    const sheet = exportSheet(nothing, { t: createTranslator({ locale, messages: messages[locale] }), locale, bankName: 'Fjordbanken', kept: periods })
    const section = sheet.sections.find(({ heading }) => heading === messages[locale].myData.kept.title)
    const words = section?.blocks.flatMap((block) => (block.kind === 'facts' ? block.facts.flat() : block.kind === 'text' ? [block.text] : [])) ?? []
    expect(words.length).toBeGreaterThan(10)
    for (const said of words) expect(textOf(page(), locale)).toContain(said)
  })
})

describe('A receipt', () => {
  test.each(locales)('says the same on the page and in a file, in %s', (locale) => {
    const sheet = sheetIn(locale)
    const file = sheetFile(sheet).replace(/<style>.*?<\/style>|<title>.*?<\/title>/gs, '').replace(/<[^>]*>/g, ' ').replace(/&#(\d+);/g, (_sign, code: string) => String.fromCharCode(Number(code))).replace(/\s+/g, ' ').replace(/ ([.,?])/g, '$1').trim()
    expect(file).toBe(textOf(<SheetView sheet={sheet} />, locale).replaceAll('&quot;', '"').replaceAll('&#x27;', "'"))
  })

  test.each([
    ['active', {}, 'Samtykket gjelder til 31. desember 2026. Du kan trekke det når som helst.'],
    ['withdrawn', { state: 'withdrawn', endedAt: day(5) }, 'Du trakk samtykket 6. januar 2026.'],
    ['stopped-here', { state: 'stopped-here', endedAt: day(5) }, 'I Altinn gjelder samtykket til du trekker det der, eller til 31. desember 2026.'],
    ['expired', { state: 'expired', endedAt: day(364) }, 'Samtykket gikk ut 31. desember 2026.'],
    ['refused', { answer: 'refused', state: 'refused' }, 'Vi har ikke hentet noe.'],
    ['of an unknown time', { answeredAt: null }, 'Tidspunktet har vi ikke lenger.'],
  ] as const)('has words for each: %s', (_what, but, words) => {
    expect(textOf(<SheetView sheet={sheetIn('nb', but)} />)).toContain(words)
  })

  test('says what it is about in the language it is made in, and quotes what was read', () => {
    const [said, ...more] = sheetIn('en').sections.slice(1).map(({ blocks }) => JSON.stringify(blocks))
    for (const words of ['How much you owe Lånekassen', 'To show you the balance here with us.', 'Only you. Nobody else sees the amounts.']) expect(said).toContain(words)
    expect(more.join('')).toContain('For å vise deg saldoen her hos oss.')
  })

  test('of a consent that was brought over says that it was given in Altinn 2, and nothing that we do not know', () => {
    const { consent } = aReceipt()
    const words = textOf(<SheetView sheet={sheetIn('nb', { consent: { ...consent, noticeVersion: MIGRATED, noticeLanguage: null }, notice: { ...noticeOf({ noticeVersion: MIGRATED, handledByName: null }), language: null } })} />)
    expect(words).toContain('Det gjorde du i Altinn 2, før samtykket ble overført hit 1. januar 2026')
    expect(words).toContain('Teksten du leste I Altinn 2, før samtykket ble overført hit')
    for (const wrong of ['migrated', 'sendte deg til', 'ikke denne teksten', 'Spurt', 'Svart', 'Den signerte fila']) expect(words).not.toContain(wrong)
  })

  test.each([[NEWEST_NOTICE, true], [MIGRATED, false], ['1999-01', false]])('of the words %s has a signed file: %s', (words, signed) => {
    expect(areKept({ words })).toBe(signed)
    expect(htmlOf(<ReceiptPage sheet={sheetIn('nb')} consentId="x" signed={signed} />).includes('/my-data/receipt/x/jsonld')).toBe(signed)
  })

  test('has no national id and no amount', () => {
    expect(JSON.stringify(sheetIn('nb'))).not.toMatch(/\b\d{11}\b|\d kr/)
  })

  test('in a file makes markup of nobody’s words', () => {
    const sheet = sheetIn('nb', { consent: aConsent({ status: 'accepted', settledAt: after(day(0), { minutes: 1 }), coveredByName: '<script>alert(1)</script>"&' }) })
    expect(sheetFile(sheet)).not.toContain('<script')
  })
})
