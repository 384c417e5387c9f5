import { NationalId } from '@/lib/national-id'
import { formOf } from './form-of'
import { services } from './services'

/** The national id that somebody typed into the field `nationalId`, with or without a space; null when it is none that may be used here. */
export async function typedNationalId(given: unknown): Promise<NationalId | null> {
  const typed = formOf(given).get('nationalId')
  const { logInRules } = await services()
  return typeof typed === 'string' ? NationalId.parse(typed.replace(/\s/g, ''), logInRules) : null
}
