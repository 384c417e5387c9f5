import { z } from 'zod'
import { startOfDay } from '@/components/dates'
import { auditEventTypes } from '@/lib/audit/audit-event'
import { actorKinds, type AuditFilter } from '@/lib/audit/audit-filter'
import { isCorrelationId } from '@/lib/correlation-id'
import { placeFromAddress } from '@/lib/audit/audit-place'
import type { AuditSearch } from '@/components/staff/audit-search'

type Given = Readonly<Record<string, string | string[] | undefined>>

const text = z.string().trim().min(1).max(60).regex(/^\P{Cc}*$/u) // no database takes a NUL
const day = text.refine((value) => startOfDay(value) !== null)
const uuid = z.uuid().transform((value) => value.toLowerCase())
const fields = {
  from: day, to: day, type: z.enum(auditEventTypes), actor: z.union([z.enum(actorKinds), uuid]), person: text.pipe(uuid), case: text,
  reference: text.transform((value) => value.toUpperCase()).refine(isCorrelationId),
} satisfies Record<keyof AuditSearch, z.ZodType>

/** What an address asks the log for, and which of its fields make no sense. An empty field asks for nothing. */
export function auditSearchIn(given: Given): { search: AuditSearch; wrong: readonly (keyof AuditSearch)[]; filter: AuditFilter; before: ReturnType<typeof placeFromAddress> } {
  const names = Object.keys(fields) as (keyof AuditSearch)[]
  const written = Object.fromEntries(names.map((name) => [name, typeof given[name] === 'string' ? given[name].trim().slice(0, 60) : ''])) as Record<keyof AuditSearch, string>
  const wrong = names.filter((name) => written[name] !== '' && !fields[name].safeParse(written[name]).success)
  const good = <Name extends keyof AuditSearch>(name: Name): z.infer<(typeof fields)[Name]> | null => fields[name].safeParse(written[name]).data as z.infer<(typeof fields)[Name]> | undefined ?? null
  const [actor, to] = [good('actor'), good('to')]
  const filter: AuditFilter = {
    from: startOfDay(good('from') ?? ''), to: to === null ? null : startOfDay(dayAfter(to)), type: good('type'), subjectRef: good('person'), caseNumber: good('case'), correlationId: good('reference'),
    actor: actor === null ? null : isKind(actor) ? { kind: actor } : { staffRef: actor },
  }
  return { search: written, wrong, filter, before: placeFromAddress(given.before) }
}

const isKind = (actor: string): actor is (typeof actorKinds)[number] => actorKinds.some((kind) => kind === actor)
const dayAfter = (of: string): string => new Date(Date.parse(of) + 86_400_000).toISOString().slice(0, 10)
