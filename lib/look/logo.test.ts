import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readLogo } from './logo'

const box = mkdtempSync(join(tmpdir(), 'saldosyn-logo-'))
afterAll(() => rmSync(box, { recursive: true }))
const read = (content: string | Buffer) => {
  writeFileSync(join(box, 'logo.png'), content)
  return readLogo(join(box, 'logo.png'))
}
const svg = (inside: string, attributes = '') => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"${attributes}>${inside}</svg>`

test.each([
  ['an SVG', svg('<path d="M0 0h32v32H0z" fill="#00529b"/>'), 'image/svg+xml'],
  ['an SVG with a declaration and a comment', `<?xml version="1.0"?>\n<!-- made by hand -->\n${svg('<g/>')}`, 'image/svg+xml'],
  ['an SVG that names its own parts', svg('<defs><linearGradient id="a"/></defs><use href="#b"/><path fill="url(#a)"/>'), 'image/svg+xml'],
  ['a PNG', Buffer.from('89504e470d0a1a0a00', 'hex'), 'image/png'],
  ['a WebP', Buffer.from('RIFF....WEBPVP8 ', 'latin1'), 'image/webp'],
] as const)('%s is a logo, whatever its file is called', async (_what, content, type) => {
  expect(await read(content)).toMatchObject({ ok: true, value: { type } })
})

test.each([
  ['a page', '<!doctype html><svg></svg>'], ['nothing', ''], ['a script', svg('<script>alert(1)</script>')], ['a handler', svg('<g/>', ' onload="alert(1)"')], ['a page inside', svg('<foreignObject/>')],
  ['a link that does something', svg('<a href="javascript:alert(1)"/>')], ['something to fetch', svg('<image href="https://evil.example/x.png"/>')], ['something to fetch, without quotes', svg('<image href=https://evil.example/x.png />')], ['an older link', svg('<use xlink:href="https://evil.example/#a"/>')],
  ['a style that fetches', svg('<style>@import "https://evil.example"</style>')], ['a fill that fetches', svg('<path fill="url(https://evil.example/#a)"/>')], ['another’s words', `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>${svg('&x;')}`], ['a text', 'logo'],
])('%s is none', async (_what, content) => {
  expect(await read(content)).toMatchObject({ ok: false, reason: 'not-a-logo' })
})

test('a file that is not there, and one that is too large, are told apart', async () => {
  expect(await readLogo(join(box, 'none.svg'))).toMatchObject({ reason: 'not-readable' })
  expect(await read(Buffer.alloc(100 * 1024 + 1))).toMatchObject({ reason: 'too-large' })
})
