import type { Clock } from '@/lib/clock'
import { fail, ok, type Result } from '@/lib/result'
import type { SubjectStore } from '@/lib/subject/subject-store'
import { isUsable, newRequest } from './consent'
import type { ConsentStore } from './consent-store'
import { formOf, readConsent, type LineProblem, type MigratedConsent } from './migrated-line'
import { MIGRATED } from './notice'
import { returnRefHash, type ReturnRefs } from './return-ref'
import type { ConsentPolicy } from './start-consent'

export type ImportDeps = {
  readonly clock: Clock
  readonly consents: ConsentStore
  readonly subjects: SubjectStore
  readonly returnRefs: ReturnRefs
  readonly policy: Pick<ConsentPolicy, 'provider' | 'resource' | 'coveredBy' | 'handledBy'>
}
type Input = {
  readonly lines: Iterable<string> | AsyncIterable<string>
  /** Says what would happen, and writes nothing. */
  readonly dryRun: boolean
  /** Whether national ids of test persons are let in. */
  readonly synthetic: boolean
  readonly correlationId: string
}

/**
 * Why a line was not imported. `other-person`: the consent is here, as somebody else's. `has-another`: the person has one that
 * is in force or waits, and needs no other. `twice`: the file has it more than once.
 */
export type NotImported = LineProblem | 'twice' | 'other-person' | 'has-another'
export type ImportReport = {
  readonly imported: number
  /** Lines whose consent was imported before: nothing to do. */
  readonly known: number
  /** Counted from 1, as an editor does. */
  readonly refused: readonly { readonly line: number; readonly why: NotImported }[]
}

/** A line longer than this is none of ours. */
const LONGEST_LINE = 2_000

/**
 * Takes in consents that Altinn has moved from Altinn 2 to Altinn 3. Each is written as a request that waits, with its audit
 * event: at the person's next log-in Altinn is asked whether it stands and is what the file says, and only then is it used. The
 * file may be read again; a bad line stops nothing else.
 */
export async function importConsents(deps: ImportDeps, { lines, dryRun, synthetic, correlationId }: Input): Promise<Result<ImportReport, 'not-altinn3' | 'no-form'>> {
  if (deps.policy.provider !== 'altinn3') return fail('not-altinn3')
  const now = deps.clock.now()
  const refused: { line: number; why: NotImported }[] = []
  const seen = new Set<string>()
  const trial = dryRun ? new Set<string>() : null
  let [imported, known, number] = [0, 0, 0]
  let form: ReturnType<typeof formOf> = null
  for await (const written of lines) {
    const line = (++number === 1 ? written.replace(/^\uFEFF/, '') : written).trim()
    if (line === '') continue
    if (!form) {
      form = formOf(line)
      if (!form) return fail('no-form')
      if (form.isHeader) continue
    }
    const read = readConsent(line.length > LONGEST_LINE ? null : form.read(line), { synthetic, now })
    const outcome = !read.ok ? read : seen.has(read.value.code) ? fail('twice') : await takeIn(deps, read.value, { now, trial, correlationId })
    if (read.ok) seen.add(read.value.code)
    if (!outcome.ok) refused.push({ line: number, why: outcome.reason })
    else if (outcome.value === 'imported') imported++
    else known++
  }
  return ok({ imported, known, refused })
}

/** `trial`: whom an earlier line would have given a consent; null when it has. */
type Doing = { readonly now: Date; readonly trial: Set<string> | null; readonly correlationId: string }

async function takeIn(deps: ImportDeps, { offeredBy, code, validTo }: MigratedConsent, { now, trial, correlationId }: Doing): Promise<Result<'imported' | 'known', 'other-person' | 'has-another'>> {
  const { consents, subjects, returnRefs, policy } = deps
  const { provider, resource, coveredBy, handledBy } = policy
  const subject = await subjects.findRef(offeredBy)
  const here = await consents.findByReference(provider, code)
  if (here) return here.subjectRef === subject ? ok('known') : fail('other-person')
  const theirs = subject ? await consents.ofSubject(subject, resource, coveredBy) : []
  if (theirs.some((consent) => consent.status === 'requested' || (consent.provider === provider && isUsable(consent, now)))) return fail('has-another')
  if (trial) {
    if (trial.has(offeredBy.reveal())) return fail('has-another')
    trial.add(offeredBy.reveal())
    return ok('imported')
  }

  const subjectRef = subject ?? (await subjects.refOf(offeredBy, now))
  const unread = { noticeVersion: MIGRATED, noticeLanguage: null, coveredByName: null, handledByName: null }
  const consent = newRequest({ id: code, provider, reference: code, resource, subjectRef, coveredBy, handledBy, validTo, requestedAt: now, ...unread })
  const added = await consents.add(consent, returnRefHash(returnRefs.of(code)), { type: 'consent.imported', at: now, actor: 'system', correlationId, subjectRef, consentId: code, outcome: null })
  return added.ok ? ok('imported') : fail('has-another')
}
