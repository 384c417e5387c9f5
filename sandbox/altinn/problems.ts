import { json, type Answer } from '../http.ts'

/** Altinn's problem codes for consent, with their HTTP status and English title (access management source; protocol errors table). */
const problems = {
  'AM-00000': [403, 'Not authorized for consent'],
  'AM-00001': [404, 'Consent not found'],
  'AM-00002': [400, 'Consent have wrong status to be consented'],
  'AM-00003': [400, 'Invalid organization identifier. No organization with this identifier.'],
  'AM-00004': [400, 'Invalid person identifier. No person with this identifier.'],
  'AM-00005': [400, 'Invalid resource for consent right.'],
  'AM-00006': [400, 'Unknown consent metadata.'],
  'AM-00007': [400, 'Missing value for metadata'],
  'AM-00008': [400, 'Missing required metadata for consentright'],
  'AM-00009': [400, 'Invalid resource combination'],
  'AM-00010': [400, 'Consent cant be revoked. Wrong status'],
  'AM-00011': [400, 'Consent is revoked'],
  'AM-00012': [400, 'The consented party does not match the party requested'],
  'AM-00013': [400, 'Consent is expired'],
  'AM-00014': [400, 'Consent is not accepted'],
  'AM-00015': [400, 'Consent cant be rejected. Wrong status'],
  'AM-00016': [400, 'Consent request with the same id already exists'],
} as const
export type ProblemCode = keyof typeof problems
export type Problem = { code: ProblemCode; extra?: Record<string, string> } | { code: 'STD-00000'; validationErrors: ValidationError[] }

const validations = {
  'STD.VLD-00000': 'The field is required.',
  'AM.VLD-00022': 'The time is not in the future',
  'AM.VLD-00023': 'The list cannot be empty',
  'AM.VLD-00027': 'The redirect url is not a valid url',
  'AM.VLD-00050': 'Invalid page size for consent events',
  'AM.VLD-00051': 'createdAfter must be before createdBefore',
  'AM.VLD-00052': 'Invalid event type',
  'AM.VLD-00053': 'Invalid continuation token',
} as const
export type ValidationCode = keyof typeof validations
export type ValidationError = { code: ValidationCode; detail: string; paths: string[] }

export const isProblemCode = (code: string): code is ProblemCode => code in problems
export const problemTitle = (code: ProblemCode): string => problems[code][1]
export const problemStatus = (code: ProblemCode): number => problems[code][0]
export const invalid = (code: ValidationCode, path: string): ValidationError => ({ code, detail: validations[code], paths: [path] })

const type = 'application/problem+json; charset=utf-8'
const problemJson = (status: number, body: object): Answer => json(status, { type: `https://tools.ietf.org/html/rfc9110#section-15.${status < 500 ? 5 : 6}.1`, status, ...body }, { 'content-type': type })

const bodyOf = (problem: Problem): { status: number; [key: string]: unknown } =>
  problem.code === 'STD-00000'
    ? { status: 400, title: 'One or more validation errors occurred.', detail: 'One or more validation errors occurred.', code: problem.code, validationErrors: problem.validationErrors }
    : { status: problemStatus(problem.code), title: problemTitle(problem.code), detail: problemTitle(problem.code), ...problem.extra, code: problem.code }

/** One problem keeps its own status; several become HTTP 500 STD-00001, though the caller is to blame. */
export function problemAnswer(found: readonly [Problem, ...Problem[]]): Answer {
  const [first, ...rest] = found
  if (rest.length === 0) {
    const { status, ...body } = bodyOf(first)
    return problemJson(status, body)
  }
  return problemJson(500, { title: 'Multiple problems occurred.', detail: 'Multiple problems occurred.', code: 'STD-00001', problems: found.map(bodyOf) })
}

/** What the framework answers when the body or a parameter cannot be read at all. */
export const unreadable = (path: string, message: string): Answer =>
  problemJson(400, { title: 'One or more validation errors occurred.', errors: { [path]: [message] } })

export const codesOf = (found: readonly Problem[]): string =>
  found.map((problem) => (problem.code === 'STD-00000' ? problem.validationErrors.map(({ code }) => code).join(', ') : problem.code)).join(', ')
