/** Shades by name, as hex. */
export type Scale = Readonly<Record<string, string>>

/** Which shades stand on which, and how much they must differ: text 4.5 to 1 (WCAG 2.2, 1.4.3), what one operates 3 to 1 (1.4.11). */
export const pairs: readonly { readonly text: string; readonly on: string; readonly least: number }[] = [
  { text: 'base-contrast-default', on: 'base-default', least: 4.5 },
  { text: 'base-contrast-default', on: 'base-hover', least: 4.5 },
  { text: 'base-contrast-default', on: 'base-active', least: 4.5 },
  { text: 'text-subtle', on: 'background-default', least: 4.5 },
  { text: 'text-subtle', on: 'background-tinted', least: 4.5 },
  { text: 'text-subtle', on: 'surface-tinted', least: 4.5 },
  { text: 'text-default', on: 'background-tinted', least: 4.5 },
  { text: 'text-default', on: 'surface-tinted', least: 4.5 },
  { text: 'base-default', on: 'background-default', least: 3 },
  { text: 'border-default', on: 'background-default', least: 3 },
]

/** From 1 to 21, of two `#rrggbb` (WCAG 2.2, "contrast ratio"). */
export function contrastOf(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (lighter + 0.05) / (darker + 0.05)
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
