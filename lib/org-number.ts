/** A Norwegian organisation number: nine digits, the last a modulo-11 control digit (Brønnøysundregistrene). */
export type OrgNumber = string & { readonly orgNumber: unique symbol }

const weights = [3, 2, 7, 6, 5, 4, 3, 2]

/** Null for anything but nine digits with a right control digit. */
export function parseOrgNumber(text: string): OrgNumber | null {
  if (!/^[89]\d{8}$|^[23]\d{8}$/.test(text)) return null
  const control = (11 - (weights.reduce((total, weight, i) => total + weight * Number(text[i]), 0) % 11)) % 11
  return control === Number(text[8]) ? (text as OrgNumber) : null
}

/** The form Maskinporten and Altinn tokens use: ISO 6523 with Norway's 0192. */
export const iso6523 = (orgNumber: OrgNumber): string => `0192:${orgNumber}`
