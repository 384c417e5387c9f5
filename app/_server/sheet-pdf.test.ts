import { createTranslator } from 'next-intl'
import { expect, test } from 'vitest'
import { receiptSheet } from '@/components/my-data/receipt-sheet'
import type { Sheet } from '@/components/sheet/sheet'
import { aReceipt } from '@/lib/testing/receipts'
import { locales, type Locale } from '@/messages/locales'
import { messages } from '@/messages/messages'
import { sheetPdf } from './sheet-pdf'

const sheetIn = (locale: Locale): Sheet => receiptSheet(aReceipt(), { t: createTranslator({ locale, messages: messages[locale] }), locale, bankName: 'Testbanken AS', keysAddress: 'https://bank.example/keys' })
const draw = async (sheet: Sheet) => Buffer.from(await sheetPdf(sheet, (page, pages) => `${page}/${pages}`)).toString('latin1')

/** A text in a PDF's catalogue, which is written in UTF-16. */
const inUtf16 = (text: string) => Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').swap16()]).toString('latin1')

test.each(locales)('a receipt in %s is a tagged PDF that says which language it is in and what it is called', async (locale) => {
  const sheet = sheetIn(locale)
  const pdf = await draw(sheet)
  expect(pdf).toMatch(/^%PDF-1\.7/)
  expect(pdf).toContain(`/Lang (${{ nb: 'nb-NO', nn: 'nn-NO', en: 'en-GB' }[locale]})`)
  expect(pdf.includes(inUtf16(sheet.title)) || pdf.includes(`(${sheet.title})`)).toBe(true)
  expect(pdf).toContain('/DisplayDocTitle true')
  expect(pdf).toContain('/MarkInfo')
  expect(pdf).toContain('pdfuaid')
})

test('every piece of the sheet has its place in the structure: as many headings, and the quotation', async () => {
  const sheet = sheetIn('nb')
  const pdf = await draw(sheet)
  const count = (tag: string) => pdf.split(new RegExp(`/S /${tag}\\b`)).length - 1
  const blocks = sheet.sections.flatMap((section) => section.blocks).flatMap((block) => (block.kind === 'quote' ? block.blocks : [block]))
  expect(count('H1')).toBe(1)
  expect(count('H2')).toBe(sheet.sections.length)
  expect(count('H3')).toBe(blocks.filter(({ kind }) => kind === 'subheading').length)
  expect(count('BlockQuote')).toBe(1)
  const paragraphs = blocks.reduce((sum, block) => sum + (block.kind === 'text' ? 1 : block.kind === 'facts' ? block.facts.length : block.kind === 'steps' ? block.steps.length : 0), sheet.lead.length)
  expect(count('P')).toBe(paragraphs)
})

test('its fonts are in it, so that it looks the same everywhere, and only the letters that are used', async () => {
  const pdf = await draw(sheetIn('nb'))
  expect(pdf.match(/\/FontFile\d? /g)?.length).toBe(2)
  expect(pdf).not.toContain('/Helvetica')
  expect(pdf.length).toBeLessThan(80_000)
})

test('long names and many facts go on over pages', async () => {
  const facts = Array.from({ length: 80 }, (_, n) => [`Opplysning nummer ${n}`, 'Sparebanken for hele landet, også Sápmi og Đeatnu '.repeat(4)] as const)
  const pdf = await draw({ title: 'Lang', lang: 'nb', lead: [], sections: [{ heading: 'Alt', blocks: [{ kind: 'facts', facts }] }] })
  expect(pdf.split('/Type /Page\n').length - 1).toBeGreaterThan(4)
})
