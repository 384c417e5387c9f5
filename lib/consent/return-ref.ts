import { createHash, createHmac } from 'node:crypto'

/**
 * The reference in the address that Altinn sends a person back to. Made from the consent's random id under a key of
 * ours: nobody else can make one, the same request can be repeated word for word, and the database holds only its hash.
 */
export type ReturnRefs = { of(consentId: string): string }

export const createReturnRefs = (key: Uint8Array): ReturnRefs => ({
  of: (consentId) => createHmac('sha256', key).update(`return-ref/v1/${consentId}`).digest('base64url'),
})

export const returnRefHash = (ref: string): Uint8Array<ArrayBuffer> => new Uint8Array(createHash('sha256').update(ref).digest())

/** 43 signs of base64url: anything else in `?s=` is not ours and is not looked up. */
export const isReturnRef = (text: string | null | undefined): text is string => typeof text === 'string' && /^[A-Za-z0-9_-]{43}$/.test(text)
