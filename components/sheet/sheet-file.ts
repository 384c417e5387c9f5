import type { Block, Section, Sheet } from './sheet'
import { escapeHtml } from '../ui/escape-html'

const style = `:root{color-scheme:light dark}body{font:1.0625rem/1.5 system-ui,sans-serif;max-width:48rem;margin:0 auto;padding:1.5rem;overflow-wrap:anywhere}
h2{margin-top:2.5rem}dl{margin:0}dl>div{border-top:1px solid #8884;padding:.5rem 0}dt{font-weight:600}dd{margin:0}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.375rem .75rem .375rem 0;border-top:1px solid #8884}
@media print{body{max-width:none;padding:0}h2{break-after:avoid}dl>div,tr{break-inside:avoid}}`

/** A sheet as one file that needs nothing else: no script, no picture, no address. */
export const sheetFile = ({ title, lang, lead, sections }: Sheet): string => `<!doctype html>
<html lang="${lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
<main>
<h1>${escapeHtml(title)}</h1>
${lead.map((words) => `<p>${escapeHtml(words)}</p>`).join('\n')}
${sections.map(sectionOf).join('\n')}
</main>
</html>
`

const sectionOf = ({ heading, blocks }: Section) => `<section>
<h2>${escapeHtml(heading)}</h2>
${blocks.map(blockOf).join('\n')}
</section>`

function blockOf(block: Block): string {
  switch (block.kind) {
    case 'text':
      return `<p>${escapeHtml(block.text)}</p>`
    case 'subheading':
      return `<h3>${escapeHtml(block.text)}</h3>`
    case 'facts':
      return `<dl>${block.facts.map(([term, words]) => `<div><dt>${escapeHtml(term)}</dt><dd>${escapeHtml(words)}</dd></div>`).join('')}</dl>`
    case 'steps':
      return `<ol>${block.steps.map((step) => `<li>${escapeHtml(step)}</li>`).join('')}</ol>`
    case 'quote':
      return `<blockquote lang="${block.lang}">${block.blocks.map(blockOf).join('\n')}</blockquote>`
    case 'table':
      return `<table><thead><tr>${block.columns.map((column) => `<th scope="col">${escapeHtml(column)}</th>`).join('')}</tr></thead><tbody>
${block.rows.map((row) => `<tr>${row.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`).join('\n')}
</tbody></table>`
  }
}
