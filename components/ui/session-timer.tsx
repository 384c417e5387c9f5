'use client'
import { useEffect, useRef, useState } from 'react'
import { systemClock } from '@/lib/clock'
import { doors, type Whose } from './doors'
import { LogOutForm } from './log-out-form'
import { lives, openTabs, tellTabs, type News } from './tabs'

/** Why the session is about to end, and in how many minutes. */
export type Ending = 'idle-2' | 'idle-1' | 'absolute-2' | 'absolute-1'

export type SessionTimerWords = {
  readonly title: string
  readonly endings: Record<Ending, string>
  readonly stay: string
  readonly logOut: string
  readonly close: string
}

type Props = {
  readonly whose: Whose
  /** How long the session lives without a request, in seconds. */
  readonly idleSeconds: number
  /** How long it lives if nobody does anything more, in seconds from when the page was drawn: a length, since the clock over here may be wrong. */
  readonly secondsToIdleEnd: number
  /** How long it lives at most, likewise. */
  readonly secondsToEnd: number
  /** Tells the server that the person is still here. */
  readonly touch: () => Promise<void>
  readonly words: SessionTimerWords
}

const warning = 120_000
const now = () => systemClock.now().getTime()

/** Warns two minutes before the session ends, and leaves the page when it does. What happens in one tab counts for all. */
export function SessionTimer({ whose, idleSeconds, secondsToIdleEnd, secondsToEnd, touch, words }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [ending, setEnding] = useState<Ending | null>(null)
  const [dismissed, setDismissed] = useState(false)
  const absolute = ending === 'absolute-2' || ending === 'absolute-1'

  useEffect(() => {
    const absoluteEnd = now() + secondsToEnd * 1000
    let idleEnd = now() + secondsToIdleEnd * 1000
    const tabs = openTabs(whose)
    tabs.onmessage = ({ data }: MessageEvent<News>) => {
      if (data === 'over') location.replace(doors[whose].loggedOut)
      else if (data.until > idleEnd) idleEnd = data.until
    }
    tabs.postMessage(lives(idleEnd))
    const timer = setInterval(() => {
      const why = idleEnd < absoluteEnd ? 'idle' : 'absolute'
      const left = Math.min(idleEnd, absoluteEnd) - now()
      if (left <= 0) {
        clearInterval(timer)
        location.replace(`${doors[whose].loggedOut}?why=${why}`)
      } else setEnding(left > warning ? null : left > warning / 2 ? `${why}-2` : `${why}-1`)
    }, 1000)
    return () => {
      clearInterval(timer)
      tabs.close()
    }
  }, [whose, secondsToIdleEnd, secondsToEnd])

  const warns = ending !== null && !dismissed
  useEffect(() => (warns ? dialog.current?.showModal() : dialog.current?.close()), [warns])

  const answer = async () => {
    if (absolute) return setDismissed(true)
    await touch()
    tellTabs(whose, lives(now() + idleSeconds * 1000))
    setEnding(null)
  }

  return (
    <dialog ref={dialog} className="ds-dialog" aria-labelledby="session-timer" onCancel={() => void answer()}>
      <h2 id="session-timer" className="ds-heading" data-size="xs">
        {words.title}
      </h2>
      <p className="mt-3" role="status">
        {ending && words.endings[ending]}
      </p>
      <div className="mt-6 flex flex-wrap gap-4">
        <button className="ds-button" type="button" onClick={() => void answer()}>
          {absolute ? words.close : words.stay}
        </button>
        <LogOutForm whose={whose}>{words.logOut}</LogOutForm>
      </div>
    </dialog>
  )
}
