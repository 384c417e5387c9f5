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

/** The largest power of two below `size` (of two or more): where RFC 6962 splits a tree. */
function split(size: number): number {
  let half = 1
  while (half * 2 < size) half *= 2
  return half
}

const rootOfLeaves = (leaves: readonly Hash[]): Hash => rootOf(append(emptyRange, leaves))

/** The audit path of RFC 6962 §2.1.1: what, with the leaf's hash, leads to the root. From the leaf upwards. */
export function inclusionProof(leaves: readonly Hash[], index: number): Hash[] {
  if (!(Number.isInteger(index) && index >= 0 && index < leaves.length)) throw new RangeError('no such leaf')
  if (leaves.length === 1) return []
  const half = split(leaves.length)
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)]
  return index < half ? [...inclusionProof(left, index), rootOfLeaves(right)] : [...inclusionProof(right, index - half), rootOfLeaves(left)]
}

/** RFC 9162 §2.1.3.2: true when the leaf is at this index of the tree with this size and root. */
export function verifyInclusion({ index, size, leaf, proof, root }: { index: number; size: number; leaf: Hash; proof: readonly Hash[]; root: Hash }): boolean {
  if (!(Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size)) return false
  let [at, last, node] = [index, size - 1, leaf]
  for (const sibling of proof) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      node = hashNode(sibling, node)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else node = hashNode(node, sibling)
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 && sameHash(node, root)
}

/** RFC 6962 §2.1.2: what shows that the first `older` leaves were a tree of their own before the others came. */
export function consistencyProof(leaves: readonly Hash[], older: number): Hash[] {
  if (!(Number.isInteger(older) && older >= 0 && older <= leaves.length)) throw new RangeError('no such size')
  return older === 0 ? [] : subproof(leaves, older, true)
}

function subproof(leaves: readonly Hash[], older: number, whole: boolean): Hash[] {
  if (older === leaves.length) return whole ? [] : [rootOfLeaves(leaves)]
  const half = split(leaves.length)
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)]
  return older <= half ? [...subproof(left, older, whole), rootOfLeaves(right)] : [...subproof(right, older - half, false), rootOfLeaves(left)]
}

type Two = { readonly older: { readonly size: number; readonly root: Hash }; readonly newer: { readonly size: number; readonly root: Hash } }

/** RFC 9162 §2.1.4.2: true when the newer tree is the older one with leaves added, and none changed or removed. */
export function verifyConsistency({ older, newer }: Two, proof: readonly Hash[]): boolean {
  if (!(Number.isSafeInteger(older.size) && Number.isSafeInteger(newer.size) && older.size >= 0 && older.size <= newer.size)) return false
  if (older.size === newer.size) return proof.length === 0 && sameHash(older.root, newer.root)
  if (older.size === 0) return proof.length === 0 && sameHash(older.root, EMPTY)
  const path = Number.isInteger(Math.log2(older.size)) ? [older.root, ...proof] : [...proof]
  let [at, last] = [older.size - 1, newer.size - 1]
  while (at % 2 === 1) [at, last] = [(at - 1) / 2, Math.floor(last / 2)]
  const [first, ...rest] = path
  if (!first || proof.length === 0) return false
  let [before, after] = [first, first]
  for (const node of rest) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      ;[before, after] = [hashNode(node, before), hashNode(node, after)]
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else after = hashNode(after, node)
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 && sameHash(before, older.root) && sameHash(after, newer.root)
}
