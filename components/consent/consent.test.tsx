import { describe, expect, test } from 'vitest'
import { locales } from '@/messages/locales'
import { messages } from '@/messages/messages'
import { htmlOf, noAction, textOf } from '../testing/draw'
import { ConsentInvitation, type InvitationFailure } from './consent-invitation'
import { ConsentOutcomePage, type ConsentOutcome } from './consent-outcome'
import { ReturnAsking, ReturnLoggedOut } from './return-page'

const invitation = (adviserSharing: boolean, why?: InvitationFailure, supplierName: string | null = null) => (
  <ConsentInvitation
    bankName="Fjordbanken"
    supplierName={supplierName}
    validTo={new Date('2027-11-19T23:30:00Z')}
    adviserSharing={adviserSharing}
    lastName={null}
    startConsent={noAction}
    decline={noAction}
    failure={why ? { why, reference: '5f0a6f0e' } : null}
  />
)
const actions = { continueInAltinn: noAction, askAgain: noAction, tryAgain: noAction, showBalance: noAction, done: noAction }
const outcome = (it: ConsentOutcome) => <ConsentOutcomePage outcome={it} actions={actions} reference="5f0a6f0e" />

describe('The invitation', () => {
  test.each([['nb', 'Hvem som hjelper oss Samdrift AS henter saldoen for Fjordbanken.'], ['nn', 'Kven som hjelper oss Samdrift AS hentar saldoen for Fjordbanken.'], ['en', 'Who helps us Samdrift AS fetches the balance for Fjordbanken.']] as const)('in %s names who helps the bank, and only where somebody does', (locale, said) => {
    expect(textOf(invitation(false, undefined, 'Samdrift AS'), locale)).toContain(said)
    expect(textOf(invitation(false), locale)).not.toContain(said.slice(0, 10))
  })

  test('says what, who, why, how long, how to stop and what will happen', () => {
    const words = textOf(invitation(true))
    for (const said of [
      'Hva vi henter Hvor mye du skylder Lånekassen: lån, renter, gebyr og omkostninger. Ikke noe annet.',
      'Hvem som ser det Du. En rådgiver i Fjordbanken ser det bare hvis du selv deler det, og bare mens du er logget inn.',
      'Hvorfor For å vise deg saldoen her hos oss.',
      'Hvor lenge Samtykket varer til 20. november 2027. Beløpene sletter vi når du logger ut.',
      'Slik stopper du Du kan trekke samtykket når som helst i Altinn.',
      'Altinn logger deg ut og sender deg tilbake hit.',
    ]) {
      expect(words).toContain(said)
    }
  })

  test('does not speak of an adviser who cannot see anything', () => {
    expect(textOf(invitation(false))).toContain('Bare du. Ingen andre ser beløpene.')
    expect(textOf(invitation(false))).not.toContain('rådgiver')
  })

  test('offers yes and no in the same way', () => {
    const variants = Array.from(htmlOf(invitation(true)).matchAll(/<button class="ds-button"([^>]*)>/g), ([, attributes]) => attributes)
    expect(variants).toHaveLength(2)
    expect(variants[0]).toBe(variants[1])
  })

  test.each(['provider-unavailable', 'provider-refused', 'misconfigured'] as const)('tells of a failure, with a reference: %s', (why) => {
    expect(textOf(invitation(true, why))).toContain(`${messages.nb.consent.failures[why].body} Referanse: 5f0a6f0e`)
  })
})

describe('The outcome', () => {
  const outcomes = Object.keys(messages.nb.outcome) as ConsentOutcome[]

  test.each(locales)('has words of its own for each in %s', (locale) => {
    expect(new Set(outcomes.map((it) => textOf(outcome(it), locale))).size).toBe(outcomes.length)
  })

  test.each([
    ['unanswered', ['Fortsett i Altinn', 'Avbryt']],
    ['rejected', ['Spør meg på nytt', 'Ferdig']],
    ['request-expired', ['Lag ny forespørsel', 'Ferdig']],
    ['expired', ['Gi nytt samtykke', 'Ferdig']],
    ['revoked', ['Gi nytt samtykke', 'Ferdig']],
    ['wrong-person', ['Logg ut']],
    ['provider-unavailable', ['Prøv igjen']],
    ['accepted', ['Se saldoen']],
  ] as const)('of %s leads on', (it, buttons) => {
    expect(Array.from(htmlOf(outcome(it)).matchAll(/<button[^>]*>([^<]*)</g), ([, words]) => words)).toEqual(buttons)
  })

  test('of a wrong person names neither', () => {
    expect(textOf(outcome('wrong-person'))).toContain('Samtykket gjelder en annen person enn den som er logget inn. Logg ut og prøv igjen.')
  })
})

describe('Back from Altinn', () => {
  test('logged out: log in and go on', () => {
    expect(textOf(<ReturnLoggedOut logIn={noAction} />)).toContain('Altinn logget deg ut. Logg inn igjen, så fortsetter vi der du slapp.')
  })

  test('logged in: without JavaScript there is a button', () => {
    expect(htmlOf(<ReturnAsking continueConsent={noAction} />)).toMatch(/<button[^>]*type="submit"[^>]*>Fortsett</)
  })
})
