import { z } from 'zod'
import { keptAs, type KeptList } from '../kept.ts'
import type { Consent } from './consents.ts'

/** A place where Altinn's consents outlive the process. */
export type Kept = KeptList<Consent>

const time = z.iso.datetime().transform((written) => new Date(written))
const shape: z.ZodType<Consent[]> = z.array(
  z.object({
    id: z.uuid(), from: z.string(), to: z.string(), requiredDelegator: z.string().nullable(), handledBy: z.string().nullable(), validTo: time,
    consentRights: z.array(z.object({ action: z.array(z.string()), resource: z.array(z.object({ type: z.string(), value: z.string() })), metadata: z.record(z.string(), z.string()) })),
    requestMessage: z.record(z.string(), z.string()).nullable(), redirectUrl: z.string(), portalViewMode: z.enum(['Hide', 'Show']),
    status: z.enum(['Created', 'Accepted', 'Rejected', 'Revoked']), consented: time.nullable(),
    events: z.array(z.object({ id: z.string(), type: z.enum(['Created', 'Accepted', 'Rejected', 'Revoked', 'Deleted', 'Used']), at: time, by: z.string(), consentId: z.string() })),
  }),
)

/** Altinn 3's consents in a file. */
export const keptInFile = (path: string): Kept => keptAs(path, shape)
