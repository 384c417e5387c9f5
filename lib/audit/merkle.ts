import { hash } from 'node:crypto'

/**
 * The Merkle tree of RFC 6962 §2.1 (and RFC 9162 §2.1) with SHA-256. Nothing here knows what a leaf means; only
 * lib/audit/leaf.ts does. Hashes are 32 bytes.
 */
export type Hash = Uint8Array

const LEAF = Buffer.of(0x00)
const NODE = Buffer.of(0x01)
const sha256 = (bytes: Uint8Array): Hash => hash('sha256', bytes, 'buffer')

/** A leaf's hash: SHA-256 of 0x00 and the leaf. Of a text it is that of its UTF-8, without a copy of it in between: the sealer hashes nothing else. */
export const hashLeaf = (leaf: Uint8Array | string): Hash => (typeof leaf === 'string' ? hash('sha256', `\0${leaf}`, 'buffer') : sha256(Buffer.concat([LEAF, leaf])))
/** Two subtrees' hash: SHA-256 of 0x01 and both. A leaf can never be taken for a node. */
export const hashNode = (left: Hash, right: Hash): Hash => sha256(Buffer.concat([NODE, left, right]))
const EMPTY = sha256(Buffer.alloc(0))

export const sameHash = (a: Hash, b: Hash): boolean => Buffer.compare(a, b) === 0

/**
 * All that one must remember of a tree in order to add to it: the hashes of its largest full subtrees, from left to right,
 * one for each binary digit 1 of its size.
 */
export type CompactRange = { readonly size: number; readonly hashes: readonly Hash[] }

export const emptyRange: CompactRange = { size: 0, hashes: [] }

/** How many hashes a tree of this size is remembered by. */
export const hashesFor = (size: number): number => size.toString(2).replaceAll('0', '').length

/** The hashes of a compact range, as they are kept: one after the other. */
export const hashesIn = (frontier: Uint8Array): Hash[] => Array.from({ length: frontier.length / 32 }, (_, nr) => frontier.subarray(nr * 32, (nr + 1) * 32))

/** The tree with further leaves. Takes time by the number of new leaves, not by the size of the tree. */
export function append(range: CompactRange, leafHashes: Iterable<Hash>): CompactRange {
  const hashes = [...range.hashes]
  let { size } = range
  for (const leaf of leafHashes) {
    let node = leaf
    for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) node = hashNode(hashes.pop() ?? EMPTY, node)
    hashes.push(node)
    size++
  }
  return { size, hashes }
}

/** The root: the subtrees taken together from right to left. */
export const rootOf = ({ hashes }: CompactRange): Hash => hashes.reduceRight<Hash | null>((right, left) => (right ? hashNode(left, right) : left), null) ?? EMPTY
