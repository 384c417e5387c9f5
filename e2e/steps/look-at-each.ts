import { test } from '../journey.ts'
import { looksRight } from './looks.ts'
import type { Screen } from './screens.ts'

/** A test for each screen, in the house of the file that asks. */
export function lookAtEach(screens: readonly Screen[]): void {
  for (const screen of screens) {
    test(`the screen «${screen.name}» in three languages: axe finds nothing, light or dark, and at 400 % nothing sticks out`, async ({ page, house, sandbox, database, behindTheScreens, complaints }) => {
      await looksRight(screen, { page, sandbox, database, behindTheScreens }, house.appUrl)
      if (screen.name === 'something threw') complaints.length = 0
    })
  }
}
