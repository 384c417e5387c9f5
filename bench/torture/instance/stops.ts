import type { Services } from '@/lib/services'

/** Moments between two transactions: a party has answered, and nothing of it is written yet. */
export type Stop = 'the consent token came' | 'the figures came'

/** Lets an instance be stopped at a moment, once, when it is told to. `arrived` hears of it. */
export function createStops(arrived: (stop: Stop) => void) {
  let armed: Stop | null = null
  let goOn = () => {}
  async function pass<T>(stop: Stop, answer: Promise<T>): Promise<T> {
    const value = await answer
    if (armed !== stop) return value
    armed = null
    const released = new Promise<void>((resolve) => { goOn = resolve })
    arrived(stop)
    await released
    return value
  }
  return {
    arm: async ({ stop }: { stop: Stop | null }): Promise<void> => { armed = stop },
    letGo: async (): Promise<void> => goOn(),
    /** The same house, with the moments in it. */
    in(house: Services): Services {
      const { providers, sources } = house
      const stopping = <P extends Services['providers'][keyof Services['providers']]>(provider: P): P => ({ ...provider, getCredentials: (...given) => pass('the consent token came', provider.getCredentials(...given)) })
      return {
        ...house,
        providers: { altinn3: stopping(providers.altinn3), altinn2: stopping(providers.altinn2) },
        sources: { studentLoan: { ...sources.studentLoan, read: (...given) => pass('the figures came', sources.studentLoan.read(...given)) } },
      }
    },
  }
}
export type StopVerbs = Pick<ReturnType<typeof createStops>, 'arm' | 'letGo'>
