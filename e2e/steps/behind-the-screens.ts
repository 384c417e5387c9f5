import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import { byPost, type Answer, type ByPost } from './by-post.ts'
import type { Somebody } from './people.ts'
import type { Sandbox } from './sandbox.ts'

/**
 * Where somebody stands when what began with their log-in is done: it takes longer than its page waits for when the machine
 * is busy. They go on as the page would by itself.
 */
async function whenDone(visitor: ByPost, at: Answer): Promise<Answer> {
  const end = Date.now() + 15_000
  let now = at
  while (Date.now() < end) {
    if (new URL(now.url).pathname === '/consent/return' && now.body.includes('>Fortsett<')) now = await visitor.press(now, 'Fortsett')
    else if (now.body.includes('Vi henter saldoen din')) now = await pause(100).then(() => visitor.get('/balance'))
    else break
  }
  return now
}

/** What has happened before a journey begins, done without a screen so that the journey is about one thing. */
export type BehindTheScreens = ReturnType<typeof behindTheScreensOf>

export function behindTheScreensOf(appUrl: string, sandbox: Sandbox) {
  /** Has logged in, in a browser of their own, and stands where ID-porten sent them, whatever is still underway there. */
  async function isSentBack({ pid }: Somebody, visitor: ByPost = byPost(appUrl)) {
    const idporten = await visitor.press(await visitor.get('/'), 'Logg inn')
    return { ...visitor, at: await visitor.press(idporten, 'Logg inn med nummeret', { other: pid }) }
  }

  /** Logs in, and stands where that leads. */
  async function logsIn(somebody: Somebody, visitor?: ByPost) {
    const back = await isSentBack(somebody, visitor)
    return { ...back, at: await whenDone(back, back.at) }
  }

  /** Has been sent to Altinn and has not answered. */
  async function isAsked(somebody: Somebody) {
    const visitor = await logsIn(somebody)
    return { ...visitor, at: await visitor.press(visitor.at, 'Gå til Altinn') }
  }

  return {
    isSentBack,
    logsIn,
    isAsked,
    /** Has said yes in Altinn, which has logged them out everywhere, and has not come back. */
    async consents(somebody: Somebody): Promise<void> {
      const visitor = await isAsked(somebody)
      await visitor.press(visitor.at, 'Ja, jeg gir samtykke')
    },
    /** Puts the log-in into the real browser, with its session at ID-porten. */
    async bring(page: Page, visitor: ByPost): Promise<void> {
      const ours = visitor.cookies().map((cookie) => ({ ...cookie, httpOnly: true, sameSite: 'Lax' as const }))
      const theirs = visitor.cookies(sandbox.url).map((cookie) => ({ ...cookie, httpOnly: true, sameSite: 'None' as const, secure: true }))
      await page.context().addCookies([...ours, ...theirs])
    },
    /** The real browser shows the first screen after this person's log-in. */
    async isLoggedIn(page: Page, somebody: Somebody) {
      const visitor = await logsIn(somebody)
      await this.bring(page, visitor)
      await page.goto(visitor.at.url)
      return visitor
    },
    /** The real browser shows this person's balance. */
    async seesTheirBalance(page: Page, somebody: Somebody) {
      await this.consents(somebody)
      return this.isLoggedIn(page, somebody)
    },
  }
}
