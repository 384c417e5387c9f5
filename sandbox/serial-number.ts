/**
 * A certificate's serial number as node-forge takes it: hexadecimal, positive, and in its shortest form whatever the bytes are, as RFC
 * 5280 §4.1.2.2 and DER ask. What begins with zeros is no certificate to whoever reads it.
 */
export const serialNumber = (bytes: Uint8Array): string => `01${Buffer.from(bytes).toString('hex')}`
