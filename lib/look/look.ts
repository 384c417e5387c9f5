import { createHash } from 'node:crypto'
import { fail, ok, type Result } from '@/lib/result'
import { contrastOf, pairs, type Scale } from './contrast'

/** What a bank says of its look; null where it leaves ours. */
export type LookSettings = {
  /** `#rrggbb`: buttons, links, the bar's first part, and every shade that goes with them. */
  readonly color: string | null
  /** Pixels. */
  readonly radius: number | null
  /** As in CSS. */
  readonly font: string | null
}
/** A bank's look as a style sheet, and a name that changes with it. */
export type Look = { readonly css: string; readonly version: string }

/**
 * Makes the sheet: design tokens of Designsystemet under other values, light and dark, and nothing else. `too-little-contrast` when
 * some text could not be read on the colour (WCAG 2.2, 1.4.3 and 1.4.11); the detail says which. Null when the bank leaves ours.
 */
export async function makeLook({ color, radius, font }: LookSettings): Promise<Result<Look | null, 'too-little-contrast'>> {
  if (color === null && radius === null && font === null) return ok(null)
  const scales = color === null ? null : await scalesOf(color)
  for (const [scheme, scale] of Object.entries(scales ?? {}))
    for (const { text, on, least } of pairs) {
      const contrast = contrastOf(scale[text] ?? '', scale[on] ?? '')
      if (contrast < least) return fail('too-little-contrast', `${text} on ${on}, ${scheme}: ${contrast.toFixed(2)} to 1, where ${least} is needed`)
    }
  const tokens = (scale: Scale) => Object.entries(scale).map(([name, hex]) => `--ds-color-accent-${name}:${hex}`)
  const root = [...(scales ? tokens(scales.light) : []), ...(radius === null ? [] : [`--ds-border-radius-base:${radius / 16}rem`, `--ds-border-radius-scale:${radius / 32}rem`]), ...(font === null ? [] : [`--ds-font-family:${font}`])]
  const css = `:root{${root.join(';')}}${scales ? `@media(prefers-color-scheme:dark){:root{${tokens(scales.dark).join(';')}}}` : ''}`
  return ok({ css, version: createHash('sha256').update(css).digest('base64url').slice(0, 12) })
}

/** Designsystemet's own shades of a colour. Loaded where a bank has one: it is a large tool for a small thing. */
async function scalesOf(color: string): Promise<{ readonly light: Scale; readonly dark: Scale }> {
  const { generateColorScale } = await import('@digdir/designsystemet/color')
  const scale = (scheme: 'light' | 'dark'): Scale => Object.fromEntries(generateColorScale(color as `#${string}`, scheme).map(({ name, hex }) => [name, hex]))
  return { light: scale('light'), dark: scale('dark') }
}
