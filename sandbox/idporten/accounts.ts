/** Those who have logged in: the opaque `sub`, and whose it is. */
export type Accounts = Map<string, { pid: string; locale: string }>
