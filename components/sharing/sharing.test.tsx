import { describe, expect, test } from 'vitest'
import { htmlOf, noAction, textOf } from '@/components/testing/draw'
import { shareEnds } from '@/lib/sharing/share'
import { after, day } from '@/lib/testing/builders'
import { locales } from '@/messages/locales'
import { AskedPage } from './asked-page'
import { SharePanel, type Asker } from './share-panel'
import { ShareViewEnded } from './share-view'

const now = day(1)
const by: Asker = { name: null, unit: 'Avdeling Voss', purpose: 'Lånesøknad', caseNumber: '2026/17' }
type Props = Parameters<typeof SharePanel>[0]
const panel = (but: Partial<Props> = {}) => <SharePanel share={null} by={null} asker={null} problem={null} bankName="Testbanken AS" now={now} start={noAction} stop={noAction} {...but} />
const waiting: Props['share'] = { id: 'a', createdAt: now, state: 'waiting', code: 'K7QM 9XTR', codeUntil: after(now, { minutes: 9, seconds: 30 }) }
const open: Props['share'] = { id: 'a', createdAt: now, state: 'open', since: now, staffRef: 'r', unit: 'Avdeling Voss', purpose: 'Lånesøknad', caseNumber: '2026/17' }

describe('the customer’s panel', () => {
  test('says what an adviser will see and when it stops, before anything is shared', () => {
    expect(textOf(panel())).toContain('Rådgiveren ser de samme tallene som du ser nå. Delingen stopper når du trykker stopp eller logger ut. Start deling')
  })

  test('shows the code large, spells it for who hears it, and says how long it is good', () => {
    expect(textOf(panel({ share: waiting }))).toContain('K7QM 9XTR Koden, tegn for tegn: K 7 Q M 9 X T R Koden virker til kl. 11:09. 9 minutter igjen.')
    expect(htmlOf(panel({ share: waiting })).match(/K7QM/g)).toHaveLength(1)
  })

  test('tells who sees the figures since when and what for, and how to stop; a name only when the bank gives it', () => {
    expect(textOf(panel({ share: open, by }))).toMatch(/Delt nå – en rådgiver ved Avdeling Voss har kunnet se saldoen din siden .+ Formål: Lånesøknad\. Saksnummer: 2026\/17\. Stopp deling/)
    expect(textOf(panel({ share: open, by: { ...by, name: 'Ragnhild Rådgiver' } }))).toContain('Ragnhild Rådgiver, rådgiver ved Avdeling Voss, har kunnet se')
  })

  test.each(shareEnds)('says why a share is over (%s), to the customer and to the adviser, in every language', (end) => {
    for (const locale of locales) {
      expect(textOf(panel({ share: { id: 'a', createdAt: now, state: 'ended', end, endedAt: now, wasOpened: true } }), locale).length).toBeGreaterThan(60)
      expect(textOf(<ShareViewEnded end={end} reference={null} />, locale)).not.toMatch(/\d/)
    }
  })

  test('says a trouble only while nothing is shared, and what an adviser sees only before', () => {
    const trouble = 'Vi fikk ikke startet delingen'
    expect(textOf(panel({ problem: 'too-many' }))).toContain(trouble)
    for (const share of [waiting, open]) expect(textOf(panel({ problem: 'too-many', share, by }))).not.toContain(trouble)
    expect(textOf(panel({ share: { id: 'a', createdAt: now, state: 'ended', end: 'stopped', endedAt: now, wasOpened: true } }))).toContain('Rådgiveren ser ikke lenger tallene. Start ny deling')
  })

  test('asks by an invitation: who, what for, and that the choice is the customer’s', () => {
    expect(textOf(panel({ asker: by }))).toMatch(/En rådgiver ber om å få se saldoen din En rådgiver ved Avdeling Voss .+ Formål: Lånesøknad\. Saksnummer: 2026\/17\. Du velger selv\./)
  })
})

test('where an invitation leads stands nothing of who asks or why', () => {
  expect(textOf(<AskedPage bankName="Testbanken AS" loggedIn={false} goOn={noAction} decline={noAction} />)).not.toMatch(/Voss|Lånesøknad|2026/)
})
