import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { append, consistencyProof, emptyRange, hashesFor, hashLeaf, hashNode, inclusionProof, rootOf, verifyConsistency, verifyInclusion, type Hash } from './merkle.ts'

const hex = (bytes: Hash): string => Buffer.from(bytes).toString('hex')
const bytes = (text: string): Hash => Buffer.from(text, 'hex')
const rootOfFirst = (leaves: readonly Hash[], size: number): Hash => rootOf(append(emptyRange, leaves.slice(0, size)))

/** The tree that the implementations of Certificate Transparency (RFC 6962) are tried with: google/certificate-transparency, transparency-dev/merkle. */
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map((leaf) => hashLeaf(bytes(leaf)))
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
] as const

test('the hash of a text is that of its bytes in UTF-8, a zero and a sign beyond ASCII among them', () => {
  for (const text of ['', 'a', '\0', 'å', '€', '😀', 'x'.repeat(10_000)]) expect(hashLeaf(text)).toEqual(hashLeaf(Buffer.from(text, 'utf8')))
})

describe('the published tree of eight leaves', () => {
  test.each(roots.map((root, size) => [size, root] as const))('of the first %i has its root', (size, root) => {
    expect(hex(rootOfFirst(leaves, size))).toBe(root)
  })

  test.each([
    [0, 8, ['96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7', '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e', '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4']],
    [5, 8, ['bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b', 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0', roots[4]]],
    [2, 3, [roots[2]]],
    [1, 5, [roots[1], '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e', 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b']],
  ])('shows that leaf %i is among %i', (index, size, proof) => {
    expect(inclusionProof(leaves.slice(0, size), index).map(hex)).toEqual(proof)
  })

  test.each([
    [1, 8, ['96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7', '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e', '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4']],
    [6, 8, ['0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a', 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0', roots[4]]],
    [2, 5, ['5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e', 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b']],
  ])('shows that %i leaves grew to %i', (older, newer, proof) => {
    expect(consistencyProof(leaves.slice(0, newer), older).map(hex)).toEqual(proof)
  })
})

/** RFC 6962 §2.1.1, word for word: what the compact form must agree with. */
function definition(list: readonly Hash[]): Hash {
  if (list.length <= 1) return list[0] ?? bytes(roots[0])
  let half = 1
  while (half * 2 < list.length) half *= 2
  return hashNode(definition(list.slice(0, half)), definition(list.slice(half)))
}

const hashes = fc.array(fc.uint8Array({ maxLength: 4 }).map(hashLeaf), { minLength: 1, maxLength: 70 })
const treeAndSize = hashes.chain((list) => fc.tuple(fc.constant(list), fc.nat({ max: list.length })))
const treeAndIndex = hashes.chain((list) => fc.tuple(fc.constant(list), fc.nat({ max: list.length - 1 })))

describe('any tree', () => {
  test('has the root of the definition, however its leaves came in', () => {
    fc.assert(fc.property(treeAndSize, ([list, first]) => {
      const grown = append(append(emptyRange, list.slice(0, first)), list.slice(first))
      expect(hex(rootOf(grown))).toBe(hex(definition(list)))
      expect(grown).toMatchObject({ size: list.length })
      expect(grown.hashes).toHaveLength(hashesFor(list.length))
    }))
  })

  test('shows each of its leaves, with no more hashes than the tree is high, and no other leaf, index, size or root', () => {
    fc.assert(fc.property(treeAndIndex, fc.nat(), ([list, index], n) => {
      const proof = inclusionProof(list, index)
      const right = { index, size: list.length, leaf: list[index]!, proof, root: definition(list) }
      expect(verifyInclusion(right)).toBe(true)
      expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(list.length)))
      const other = hashLeaf(bytes('ffffffffff'))
      const wrong = [{ ...right, leaf: other }, { ...right, root: other }, { ...right, proof: [...proof, other] }, { ...right, index: list.length }, { ...right, index: -1 }, { ...right, index: 0.5 }]
      if (proof.length > 0) wrong.push({ ...right, proof: proof.slice(1) }, { ...right, proof: proof.map((node, i) => (i === n % proof.length ? other : node)) })
      for (const claim of wrong) expect(verifyInclusion(claim)).toBe(false)
    }))
  })

  test('shows that it is an older one grown, and not another', () => {
    fc.assert(fc.property(treeAndSize, fc.nat(), ([list, size], n) => {
      const proof = consistencyProof(list, size)
      const two = { older: { size, root: definition(list.slice(0, size)) }, newer: { size: list.length, root: definition(list) } }
      expect(verifyConsistency(two, proof)).toBe(true)
      const other = hashLeaf(bytes('ffffffffff'))
      expect(verifyConsistency({ ...two, older: { size, root: other } }, proof)).toBe(false)
      expect(verifyConsistency(two, [...proof, other])).toBe(false)
      expect(verifyConsistency({ older: two.newer, newer: { size: list.length - 1, root: other } }, proof)).toBe(false)
      if (size > 0) expect(verifyConsistency({ ...two, newer: { ...two.newer, root: other } }, proof)).toBe(false)
      if (proof.length > 0) {
        expect(verifyConsistency(two, proof.slice(1))).toBe(false)
        expect(verifyConsistency(two, proof.map((node, i) => (i === n % proof.length ? other : node)))).toBe(false)
      }
    }))
  })

  test('with a leaf changed, left out, added in the middle or two exchanged is another tree', () => {
    const distinct = fc.uniqueArray(fc.nat({ max: 10_000 }), { minLength: 2, maxLength: 60 }).map((list) => list.map((n) => hashLeaf(Buffer.from(String(n)))))
    fc.assert(fc.property(distinct, fc.nat(), fc.nat(), (list, a, b) => {
      const [i, j] = [a % list.length, b % list.length]
      const root = hex(definition(list))
      const other = hashLeaf(Buffer.from('other'))
      expect(hex(rootOfFirst(list.with(i, other), list.length))).not.toBe(root)
      expect(hex(rootOfFirst(list.toSpliced(i, 1), list.length - 1))).not.toBe(root)
      expect(hex(rootOfFirst(list.toSpliced(i, 0, other), list.length + 1))).not.toBe(root)
      if (i !== j) expect(hex(rootOfFirst(list.with(i, list[j]!).with(j, list[i]!), list.length))).not.toBe(root)
    }))
  })
})

test('a proof of what is not there cannot be asked for', () => {
  for (const index of [-1, 8, 0.5, Number.NaN]) expect(() => inclusionProof(leaves, index)).toThrow('no such leaf')
  for (const size of [-1, 9, 0.5, Number.NaN]) expect(() => consistencyProof(leaves, size)).toThrow('no such size')
})
