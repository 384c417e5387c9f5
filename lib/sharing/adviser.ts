/** Somebody of the bank's who is logged in and wants to see what a customer shows. */
export type Adviser = {
  readonly tokenHash: Uint8Array<ArrayBuffer>
  readonly staffRef: string
  readonly unit: string | null
  readonly roles: readonly string[]
}

/** The one role that may see a customer's figures. */
export const isAdviser = ({ roles }: Pick<Adviser, 'roles'>): boolean => roles.includes('adviser')
