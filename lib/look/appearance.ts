import { fail, ok, type Result } from '@/lib/result'
import { readLogo, type Logo } from './logo'
import { makeLook, type Look, type LookSettings } from './look'

/** How a bank's pages look: null where they look as ours do. */
export type Appearance = { readonly look: Look | null; readonly logo: Logo | null }

/** From the settings. The detail of a failure names the setting and says what is wrong with it. */
export async function makeAppearance(settings: LookSettings & { readonly logo: string | null }): Promise<Result<Appearance, 'not-usable'>> {
  const [look, logo] = await Promise.all([makeLook(settings), settings.logo === null ? ok(null) : readLogo(settings.logo)])
  if (!look.ok) return fail('not-usable', `BANK_COLOR has too little contrast: ${look.detail}`)
  if (!logo.ok) return fail('not-usable', `BANK_LOGO cannot be used: ${logo.detail ?? logo.reason}`)
  return ok({ look: look.value, logo: logo.value })
}
