import { describe, expect, test } from 'vitest'
import { locales } from '@/messages/locales'
import { messages } from '@/messages/messages'
import { htmlOf, noAction, textOf } from '../testing/draw'
import { ErrorPage, ErrorWordsProvider } from './error-page'
import { LoggedOutPage, loggedOutReasons } from './logged-out-page'
import { NotFoundPage } from './not-found-page'
import { PageShell, type ShellSession } from './page-shell'
import { StartPage, type StartProblem } from './start-page'

const session: ShellSession = { idleSeconds: 900, idleEnd: 0, absoluteEnd: 0, touch: () => Promise.resolve() }
const shell = (it: ShellSession | null) => (
  <PageShell bankName="Fjordbanken" setLocale={noAction} session={it}>
    <h1>Tittel</h1>
  </PageShell>
)

describe('The frame', () => {
  test('offers the three languages by name and marks the one in use', () => {
    const buttons = htmlOf(shell(null), 'nn').match(/<button[^>]*name="locale"[^>]*>/g) ?? []
    expect(buttons.map((button) => /value="(\w+)"/.exec(button)?.[1])).toEqual(['nb', 'nn', 'en'])
    expect(buttons.map((button) => button.includes('aria-current="true"'))).toEqual([false, true, false])
    expect(textOf(shell(null))).toContain('Bokmål Nynorsk English')
  })

  test.each([['nb', 'Samdrift AS hjelper Fjordbanken med å hente dem.'], ['nn', 'Samdrift AS hjelper Fjordbanken med å hente dei.'], ['en', 'Samdrift AS helps Fjordbanken to fetch them.']] as const)('names at its foot who helps the bank, in %s', (locale, words) => {
    const foot = (supplierName: string | null) => textOf(<PageShell bankName="Fjordbanken" supplierName={supplierName} setLocale={noAction} session={null}><h1>Tittel</h1></PageShell>, locale)
    expect(foot('Samdrift AS')).toContain(words)
    expect(foot(null)).not.toMatch(/hjelper|helps/)
  })

  test('has a way past itself', () => {
    expect(htmlOf(shell(null))).toMatch(/href="#content".*<main id="content"/s)
  })

  test('lets somebody who is logged in log out, and tells the time beforehand without JavaScript', () => {
    const html = htmlOf(shell(session))
    expect(html).toContain('action="/api/auth/logout"')
    expect(html).toMatch(/<noscript><p>Gjør du ingenting her, logger vi deg ut etter 15 minutter.<\/p><meta http-equiv="refresh" content="900;url=\/logged-out\?why=idle"\/><\/noscript>/)
  })

  test('has nothing to log out of and nothing to time before that', () => {
    expect(htmlOf(shell(null))).not.toMatch(/logout|<dialog|refresh/)
  })
})

describe('The start', () => {
  const start = (why?: StartProblem, loggedIn = false) => <StartPage bankName="Fjordbanken" startLogIn={noAction} loggedIn={loggedIn} problem={why ? { why, reference: '5f0a6f0e' } : null} />

  test('says what this is and has one button', () => {
    expect(textOf(start())).toContain('Se studielånet ditt hos Fjordbanken Vi kan hente saldoen din fra Lånekassen')
    expect(htmlOf(start()).match(/<button/g)).toHaveLength(1)
  })

  test('does not ask somebody to log in who has', () => {
    expect(textOf(start())).toContain('Logg inn')
    expect(textOf(start(undefined, true))).toMatch(/Se saldoen$/)
  })

  test.each(Object.keys(messages.nb.start.problems) as StartProblem[])('tells why nobody is logged in, with a reference: %s', (why) => {
    expect(textOf(start(why))).toContain(`${messages.nb.start.problems[why].body} Referanse: 5f0a6f0e`)
  })
})

describe('Logged out', () => {
  test.each(locales)('each way has words of its own in %s', (locale) => {
    expect(new Set(loggedOutReasons.map((why) => textOf(<LoggedOutPage why={why} logIn={noAction} />, locale))).size).toBe(loggedOutReasons.length)
  })

  test('being away is not being refused', () => {
    expect(textOf(<LoggedOutPage why="idle" logIn={noAction} />)).toContain('Du har vært borte en stund, så vi logget deg ut. Logg inn igjen.')
  })
})

test('An address that leads nowhere leads home', () => {
  expect(htmlOf(<NotFoundPage />)).toMatch(/<a[^>]*href="\/">Gå til forsiden</)
})

test('A page that threw says so in words it was given, with the reference of the log', () => {
  const words = textOf(
    <ErrorWordsProvider words={messages.nb.error}>
      <ErrorPage reference="3141592653" retry={noAction} />
    </ErrorWordsProvider>,
  )
  expect(words).toContain('Noe er galt hos oss Siden kunne ikke vises.')
  expect(words).toContain('Referanse: 3141592653')
})
