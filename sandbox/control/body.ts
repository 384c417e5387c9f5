import type { z } from 'zod'
import { json, type Answer } from '../http.ts'

/** The control API's own refusals: a status and a word in English. */
export const wrong = (status: number, error: string, details?: unknown): Answer => json(status, { error, ...(details !== undefined && { details }) })

/** The body as JSON of this shape, or the answer that says what is wrong with it. */
export function parsed<T>(body: string, shape: z.ZodType<T>): T | Answer {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return wrong(400, 'The body is not JSON')
  }
  const result = shape.safeParse(value)
  return result.success ? result.data : wrong(400, 'The body is not in order', result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`))
}

export const isAnswer = (value: object): value is Answer => 'status' in value && typeof value.status === 'number'
