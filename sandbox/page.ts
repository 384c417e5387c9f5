import type { Answer } from './http.ts'
import { style } from './style.ts'

/** Markup that is safe to put into a page. Made only by `html`. */
export class Html {
  readonly markup: string
  constructor(markup: string) {
    this.markup = markup
  }
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escape = (value: string): string => value.replace(/[&<>"']/g, (char) => entities[char] ?? char)

type Piece = Html | string | number | false | null | undefined | readonly Piece[]
const render = (piece: Piece): string => {
  if (piece instanceof Html) return piece.markup
  if (typeof piece === 'string' || typeof piece === 'number') return escape(String(piece))
  return piece ? piece.map(render).join('') : ''
}

/** A template that escapes everything put into it, but for other templates. */
export const html = (strings: TemplateStringsArray, ...pieces: Piece[]): Html =>
  new Html(strings.map((text, index) => text + (index < pieces.length ? render(pieces[index]) : '')).join(''))

export type Page = {
  title: string
  lang?: string
  /** Whose house this is: it stands in the band at the top and chooses the colour. */
  owner: 'idporten' | 'staff' | 'altinn' | 'sandbox'
  body: Html
  /** Where to go on to once everything on the page (the log-out frames) has loaded. */
  goOnTo?: string
  frames?: readonly string[]
  wide?: boolean
}

const owners = { idporten: 'ID-porten', staff: 'Bankens ansattinnlogging', altinn: 'Altinn', sandbox: 'Sandkassen' }

/** A whole page: no script, own style only, never framed. `Referrer-Policy: same-origin` keeps Origin on our own forms. */
export function page(status: number, { title, lang = 'nb', owner, body, goOnTo, frames = [], wide = false }: Page): Answer {
  const frameOrigins = [...new Set(frames.map((url) => new URL(url).origin))]
  const whole = html`<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${owner === 'sandbox' ? title : `${title} – ${owners[owner]} (sandkasse)`}</title>
${goOnTo !== undefined && html`<meta http-equiv="refresh" content="0;url=${goOnTo}">`}
<style>${new Html(style)}</style></head>
<body class="${owner}">
<header><div class="band${wide && ' wide'}"><strong>${owners[owner]}</strong>${owner === 'sandbox' ? html`<span>Offentlige etater i miniatyr</span>` : html`<span>Sandkasse – ikke på ekte</span>`}</div></header>
<main id="innhold"${wide && html` class="wide"`}>
${body}
${frames.map((url) => html`<iframe title="Utlogging" src="${url}" width="1" height="1" tabindex="-1" aria-hidden="true"></iframe>`)}
</main></body></html>`
  const policy = ["default-src 'none'", "style-src 'unsafe-inline'", "base-uri 'none'", "frame-ancestors 'none'", `frame-src ${frameOrigins.join(' ') || "'none'"}`]
  return {
    status,
    body: whole.markup,
    headers: {
      'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'content-security-policy': policy.join('; '),
      'referrer-policy': 'same-origin', 'x-content-type-options': 'nosniff',
    },
  }
}
