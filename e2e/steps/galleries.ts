import type { HouseSettings } from './house.ts'
import { lastNameScreens, nobodysScreens, screens, type Screen } from './screens.ts'
import { namedScreens, sharingScreens } from './sharing-screens.ts'
import { staffScreens, staffWithoutSharing } from './staff-screens.ts'

type Gallery = { readonly settings: HouseSettings; readonly screens: readonly Screen[] }

/** Every screen, by the house that it is seen in. What takes a database that is away is in wire.ts. */
export const galleries = {
  usual: { settings: {}, screens: [...screens, ...staffScreens, ...sharingScreens] },
  /** Customers are told advisers' names. */
  named: { settings: { env: { SHARE_ADVISER_NAMES: 'on' } }, screens: namedScreens },
  /** Consents are asked for in Altinn 2, through a supplier, and nothing is shared with advisers. */
  unusual: {
    settings: { altinn2: true, env: { SUPPLIER_ORG_NUMBER: '312222221', SUPPLIER_NAME: 'Driftshjelpen Samarbeid AS', ADVISER_SHARING: 'off' } },
    screens: [...lastNameScreens, ...staffWithoutSharing],
  },
  severalBanks: { settings: { twoBanks: true }, screens: nobodysScreens },
} as const satisfies Record<string, Gallery>
