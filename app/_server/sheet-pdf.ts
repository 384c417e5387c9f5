import { readFile } from 'node:fs/promises'
import PDFDocument from 'pdfkit'
import type { Block, Sheet } from '@/components/sheet/sheet'

/** Inter, under the SIL Open Font License. From where the server runs: next.config.js puts these two in the build. */
const FONTS = ['node_modules/@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf', 'node_modules/@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf']

const MARGIN = 56
const TERM = 150
const GAP = 12
const INDENT = 14
const language = { nb: 'nb-NO', nn: 'nn-NO', en: 'en-GB' } as const

type Structure = PDFKit.PDFStructureElement
type Footer = (page: number, pages: number) => string

/** A sheet as a tagged PDF (PDF/UA): headings, paragraphs and their language are there for a screen reader. */
export async function sheetPdf(sheet: Sheet, footer: Footer): Promise<Uint8Array<ArrayBuffer>> {
  const [body, bold] = (await Promise.all(FONTS.map((file) => readFile(/*turbopackIgnore: true*/ file)))) as [Buffer, Buffer]
  const options = {
    size: 'A4', margin: MARGIN, bufferPages: true, pdfVersion: '1.7', subset: 'PDF/UA', tagged: true, displayTitle: true,
    lang: language[sheet.lang], info: { Title: sheet.title, Producer: 'Saldosyn', Creator: 'Saldosyn' }, font: body,
  }
  // The types know neither this subset nor a font given as bytes; the library does.
  const doc = new PDFDocument(options as unknown as PDFKit.PDFDocumentOptions)
  const chunks: Buffer[] = []
  const done = new Promise<void>((resolve, reject) => doc.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', resolve).on('error', reject))
  doc.registerFont('body', body).registerFont('bold', bold)
  drawSheet(doc, sheet)
  drawFooters(doc, footer)
  doc.end()
  await done
  return new Uint8Array(Buffer.concat(chunks))
}

function drawSheet(doc: PDFKit.PDFDocument, { title, lead, sections }: Sheet): void {
  const root = doc.struct('Document')
  doc.addStructure(root)
  const pen = penOf(doc, root)
  pen.line('H1', title, { font: 'bold', size: 20, after: 8 })
  for (const words of lead) pen.line('P', words, { size: 12, after: 4 })
  for (const { heading, blocks } of sections) {
    pen.room(90)
    pen.line('H2', heading, { font: 'bold', size: 13, before: 16, after: 6 })
    for (const block of blocks) drawBlock(pen, block)
  }
  root.end()
}

type Pen = ReturnType<typeof penOf>

function drawBlock(pen: Pen, block: Block): void {
  switch (block.kind) {
    case 'text':
      return pen.line('P', block.text)
    case 'subheading':
      pen.room(40)
      return pen.line('H3', block.text, { font: 'bold', before: 4, after: 1 })
    case 'facts':
      block.facts.forEach(([term, words]) => pen.fact(term, words))
      return pen.gap(6)
    case 'steps':
      return block.steps.forEach((step, index) => pen.line('P', `${index + 1}. ${step}`, { after: 1 }))
    case 'quote':
      return pen.quote(language[block.lang], (inner) => block.blocks.forEach((one) => drawBlock(inner, one)))
    case 'table':
      return block.rows.forEach((row) => pen.line('P', row.join(' · ')))
  }
}

type Look = { readonly font?: 'body' | 'bold'; readonly size?: number; readonly before?: number; readonly after?: number }

/** Draws downwards, each piece with its place in the structure. */
function penOf(doc: PDFKit.PDFDocument, parent: Structure, indent = 0) {
  const left = MARGIN + indent
  const right = doc.page.width - MARGIN
  const bottom = doc.page.height - MARGIN
  const room = (height: number) => void (doc.y + height > bottom && doc.addPage())

  function line(tag: 'H1' | 'H2' | 'H3' | 'P', words: string, { font = 'body', size = 10, before = 0, after = 4 }: Look = {}): void {
    doc.font(font).fontSize(size)
    doc.y += before
    room(Math.min(doc.heightOfString(words, { width: right - left }), bottom - MARGIN))
    parent.add(doc.struct(tag, {}, () => void doc.text(words, left, doc.y, { width: right - left })))
    doc.y += after
  }

  /** The term to the left, what is said of it to the right, and a hair line over both. */
  function fact(term: string, words: string): void {
    const width = right - left - TERM - GAP
    const height = Math.max(doc.font('bold').fontSize(10).heightOfString(term, { width: TERM }), doc.font('body').heightOfString(words, { width }))
    room(height + 10)
    const top = doc.y
    doc.markContent('Artifact', { type: 'Layout' })
    doc.moveTo(left, top).lineTo(right, top).lineWidth(0.5).strokeColor('#b5bac1').stroke()
    doc.endMarkedContent()
    const pair = doc.struct('P', {}, [
      () => void doc.font('bold').text(term, left, top + 4, { width: TERM }),
      () => void doc.font('body').text(words, left + TERM + GAP, top + 4, { width }),
    ])
    parent.add(pair)
    doc.y = top + height + 8
  }

  /** What was said elsewhere: moved in, and in a language of its own. */
  function quote(lang: string, draw: (inner: Pen) => void): void {
    const quoted = doc.struct('BlockQuote', { lang })
    parent.add(quoted)
    draw(penOf(doc, quoted, indent + INDENT))
    quoted.end()
  }
  const gap = (height: number) => void (doc.y += height)
  return { line, fact, quote, room, gap }
}

/** "Page 1 of 2" at the foot of each; not part of what is read aloud. */
function drawFooters(doc: PDFKit.PDFDocument, footer: Footer): void {
  const { start, count } = doc.bufferedPageRange()
  for (let page = start; page < start + count; page++) {
    doc.switchToPage(page)
    const { bottom } = doc.page.margins
    doc.page.margins.bottom = 0 // below the margin there is room for nothing else
    doc.markContent('Artifact', { type: 'Pagination', attached: ['Bottom'] })
    doc.font('body').fontSize(8).text(footer(page + 1, count), MARGIN, doc.page.height - MARGIN + 20, { width: doc.page.width - 2 * MARGIN, align: 'right' })
    doc.endMarkedContent()
    doc.page.margins.bottom = bottom
  }
}
