import type { OutcomeActions } from '@/components/consent/consent-outcome'
import { askForConsent, decline, goOn } from './actions'

/** What the buttons of an outcome do. */
export const outcomeActions: OutcomeActions = {
  continueInAltinn: askForConsent,
  askAgain: askForConsent,
  tryAgain: goOn.bind(null, null),
  showBalance: goOn.bind(null, null),
  done: decline,
}
