import type { Answer, ByPost } from './by-post.ts'

/** What a customer and an adviser do together, without a screen. */

export const errand = { purpose: 'Lånesøknad', caseNumber: '2026/17' }

/** A customer with their balance presses start: the page that they get, and its code. */
export async function startsSharing(customer: ByPost): Promise<{ at: Answer; code: string }> {
  const at = await customer.press(await customer.get('/balance'), 'Start deling')
  const [, code = ''] = /aria-hidden="true">(.{4} .{4})</.exec(at.body) ?? []
  return { at, code }
}

/** An adviser types the code, and has the figures before them. */
export const opens = async (employee: ByPost, code: string): Promise<Answer> => employee.press(await employee.get('/staff'), 'Vis saldo', { code, ...errand })

/** An adviser makes a link for a case. */
export async function invites(employee: ByPost, asked: Record<string, string> = { ...errand, purpose: 'Refinansiering' }): Promise<string> {
  const at = await employee.press(await employee.get('/staff'), 'Lag lenke', asked)
  const [, link = ''] = /id="invite-link"[^>]* value="([^"]+)"/.exec(at.body) ?? []
  return link
}
