import type { AuditTrail } from '@/lib/audit/audit-trail-store'
import type { Diary } from './fakes'

/** The same log, read back. */
export const trailOf = (diary: Diary): AuditTrail => ({
  ofSubject: async (subjectRef, { types, before, take }) =>
    diary.events
      .map((event, index) => ({ ...event, id: String(index + 1) }))
      .filter((event) => event.subjectRef === subjectRef && types.includes(event.type))
      .filter(({ at, id }) => before === null || at < before.at || (at.getTime() === before.at.getTime() && Number(id) < Number(before.id)))
      .sort((a, b) => b.at.getTime() - a.at.getTime() || Number(b.id) - Number(a.id))
      .slice(0, take)
      .map(({ subjectRef: _ref, ...line }) => line),
})
