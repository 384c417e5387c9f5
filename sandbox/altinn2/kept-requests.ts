import { z } from 'zod'
import { keptAs, type KeptList } from '../kept.ts'
import type { ConsentRequest } from './requests.ts'

const time = z.iso.datetime().transform((written) => new Date(written))
const shape: z.ZodType<ConsentRequest[]> = z.array(
  z.object({
    code: z.uuid(), status: z.enum(['Unopened', 'Opened', 'Accepted', 'Rejected']), revoked: z.boolean(), created: time, lastChanged: time, delegated: time.nullable(), uses: z.int(),
    coveredBy: z.string(), offeredBy: z.string(), requiredDelegator: z.string().nullable(), handledBy: z.string().nullable(), validTo: time, redirectUrl: z.string(), portalViewMode: z.string(),
    resources: z.array(z.object({ ServiceCode: z.string(), ServiceEditionCode: z.int(), Metadata: z.record(z.string(), z.string()) })),
  }),
)

/** Altinn 2's consents in a file. */
export const requestsInFile = (path: string): KeptList<ConsentRequest> => keptAs(path, shape)
