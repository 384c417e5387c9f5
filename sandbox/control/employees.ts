import { z } from 'zod'
import { json, type Answer } from '../http.ts'
import type { Street } from '../street.ts'
import { isAnswer, parsed, wrong } from './body.ts'

const change = z.strictObject({ roles: z.array(z.string()).optional(), unit: z.union([z.string(), z.array(z.string())]).optional(), disabled: z.boolean().optional() })

/** What the bank's own directory says of its people now: who does what, and who has left. */
export const employeeList = ({ employees }: Street): Answer => json(200, employees.map(({ pid: _pid, ...employee }) => employee))

/** A role given or taken away, another unit, or an account shut. It counts from the next time the provider is asked. */
export function changeEmployee(street: Street, id: string | undefined, body: string): Answer {
  const employee = street.employees.find((it) => it.id === id)
  if (!employee) return wrong(404, 'No such employee')
  const given = parsed(body, change)
  if (isAnswer(given)) return given
  Object.assign(employee, given)
  return employeeList(street)
}
