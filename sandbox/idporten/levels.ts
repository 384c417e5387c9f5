/** ID-porten's levels of assurance that the sandbox gives, highest first. */
export const HIGH = 'idporten-loa-high'
export const SUBSTANTIAL = 'idporten-loa-substantial'
export const levels = [HIGH, SUBSTANTIAL]

/** The lowest level among those asked for is enough; nothing asked for is substantial. */
export const demanded = (acrValues: string | undefined): string => (acrValues === undefined || acrValues.split(' ').includes(SUBSTANTIAL) ? SUBSTANTIAL : HIGH)

/** Is a log-in at this level at least what is asked for? */
export const servesLevel = (acr: string | undefined, acrValues: string | undefined): boolean => acr === undefined || acr === HIGH || demanded(acrValues) === SUBSTANTIAL
