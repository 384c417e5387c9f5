import { describe, expect, test } from 'vitest'
import { contrastOf } from './contrast'
import { makeLook, type LookSettings } from './look'

const look = (but: Partial<LookSettings>) => makeLook({ color: null, radius: null, font: null, ...but })
const made = async (but: Partial<LookSettings>) => {
  const it = await look(but)
  if (!it.ok || !it.value) throw new Error('no look')
  return it.value
}

describe('a bank’s look', () => {
  test('is ours where the bank says nothing', async () => {
    expect(await look({})).toEqual({ ok: true, value: null })
  })

  test('is design tokens and nothing else, light and dark, and has a name that changes with it', async () => {
    const blue = await made({ color: '#00529B', radius: 2, font: "Georgia, 'Times New Roman', serif" })
    expect(blue.css).toMatch(/^:root\{(--ds-[a-z-]+:[^;{}]+;?)+\}@media\(prefers-color-scheme:dark\)\{:root\{(--ds-[a-z-]+:#[0-9a-fA-F]{6};?)+\}\}$/)
    expect(blue.css).toContain('--ds-color-accent-base-default:#00529B')
    expect(blue.css).toContain('--ds-border-radius-base:0.125rem')
    expect((await made({ color: '#00529B' })).version).not.toBe(blue.version)
    expect(await made({ color: '#00529B', radius: 2, font: "Georgia, 'Times New Roman', serif" })).toEqual(blue)
  })

  test('without a colour leaves the colours alone', async () => {
    expect((await made({ radius: 0 })).css).toBe(':root{--ds-border-radius-base:0rem;--ds-border-radius-scale:0rem}')
  })
})

test('a thousand colours: what is let in can be read', async () => {
  let refused = 0
  for (let n = 0; n < 1_000; n++) {
    const color = `#${((n * 16_777_213) % 16_777_216).toString(16).padStart(6, '0')}`
    const it = await look({ color })
    if (!it.ok) refused++
    else {
      const [, base] = /--ds-color-accent-base-default:(#\w{6})/.exec(it.value?.css ?? '') ?? []
      const [, text] = /--ds-color-accent-base-contrast-default:(#\w{6})/.exec(it.value?.css ?? '') ?? []
      expect(contrastOf(text ?? '', base ?? ''), color).toBeGreaterThanOrEqual(4.5)
    }
  }
  expect(refused).toBeLessThan(1_000)
})

test('contrast is the one of WCAG', () => {
  expect(contrastOf('#ffffff', '#000000')).toBeCloseTo(21)
  expect(contrastOf('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
  expect(contrastOf('#123456', '#123456')).toBe(1)
})
