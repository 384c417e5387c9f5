/** One instance of the real core in a process of its own: does what its parent says, and ends with it. */
import './clock-shift.ts'
import { parseConfig } from '@/lib/config'
import { safeError } from '@/lib/log'
import { createServices } from '@/lib/services'
import { createStops, type Stop } from './stops.ts'
import { verbsOf } from './verbs.ts'

export type Told = { readonly id: number; readonly verb: string; readonly given: unknown }
export type Answered =
  | { readonly id: number; readonly ok: true; readonly value: unknown; readonly ms: number }
  | { readonly id: number; readonly ok: false; readonly error: ReturnType<typeof safeError>; readonly ms: number }
  | { readonly ready: true }
  | { readonly arrived: Stop }

const say = (message: Answered) => process.send?.(message)
const stops = createStops((arrived) => say({ arrived }))
const house = stops.in(createServices(parseConfig(process.env)))
const verbs: Record<string, (given: never) => Promise<unknown>> = { ...verbsOf(house), arm: stops.arm, letGo: stops.letGo }

async function obey({ id, verb, given }: Told): Promise<void> {
  const begun = performance.now()
  const ms = () => performance.now() - begun
  try {
    const act = verbs[verb]
    if (!act) throw new Error(`there is no verb ${verb}`)
    say({ id, ok: true, value: await act(given as never), ms: ms() })
  } catch (error) {
    say({ id, ok: false, error: safeError(error), ms: ms() })
  }
}

process.on('message', (message) => void obey(message as Told))
process.on('disconnect', () => process.exit(0))
say({ ready: true })
