import type { Appearance } from '@/lib/look/appearance'

/** Where the style sheet of a bank's own look is; null where it has none. */
export const lookAddress = ({ look }: Appearance): string | null => look && `/api/bank-look?v=${look.version}`
/** Where the bank's logo is, or ours. */
export const logoAddress = ({ logo }: Appearance): string => (logo ? `/api/bank-logo?v=${logo.version}` : '/favicon.svg')
