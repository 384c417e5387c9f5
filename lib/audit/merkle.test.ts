import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { append, emptyRange, hashesFor, hashLeaf, hashNode, rootOf, type Hash } from './merkle.ts'

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

describe('any tree', () => {
  test('has the root of the definition, however its leaves came in', () => {
    fc.assert(fc.property(treeAndSize, ([list, first]) => {
      const grown = append(append(emptyRange, list.slice(0, first)), list.slice(first))
      expect(hex(rootOf(grown))).toBe(hex(definition(list)))
      expect(grown).toMatchObject({ size: list.length })
      expect(grown.hashes).toHaveLength(hashesFor(list.length))
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
