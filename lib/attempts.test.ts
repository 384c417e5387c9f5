import { describe, expect, test } from 'vitest'
import { attempts } from './attempts'

const answering = (...answers: string[]) => {
  const asked: number[] = []
  return { asked, attempt: async (n: number) => (asked.push(n), answers[n - 1] ?? 'nothing') }
}
const isBad = (answer: string) => answer === 'bad'

describe('attempts', () => {
  test('end with the first good answer', async () => {
    const { asked, attempt } = answering('bad', 'good', 'bad')
    expect(await attempts(3, attempt, isBad)).toBe('good')
    expect(asked).toEqual([1, 2])
  })

  test('are never more than allowed, and the last answer counts', async () => {
    const { asked, attempt } = answering('bad', 'bad', 'bad', 'good')
    expect(await attempts(3, attempt, isBad)).toBe('bad')
    expect(asked).toEqual([1, 2, 3])
  })

  test('know which one they are, so that some answers are worth another only once', async () => {
    const { asked, attempt } = answering('bad', 'bad', 'good')
    expect(await attempts(3, attempt, (answer, n) => isBad(answer) && n === 1)).toBe('bad')
    expect(asked).toEqual([1, 2])
  })

  test('end when there is no time left, with what there is', async () => {
    const { asked, attempt } = answering('bad', 'good')
    expect(await attempts(3, attempt, isBad, AbortSignal.abort())).toBe('bad')
    expect(asked).toEqual([1])
  })

  test('end when time runs out between two of them', async () => {
    const page = new AbortController()
    const { asked, attempt } = answering('bad', 'good')
    const waiting = attempts(3, attempt, isBad, page.signal)
    await expect.poll(() => asked.length).toBe(1)
    page.abort()
    expect(await waiting).toBe('bad')
    expect(asked).toEqual([1])
  })

  test('do not hide an error: it is a bug, not an answer', async () => {
    await expect(attempts(3, () => Promise.reject(new Error('a bug')), isBad)).rejects.toThrow('a bug')
  })
})
