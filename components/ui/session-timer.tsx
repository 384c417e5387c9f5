'use client'
import { useEffect, useRef, useState } from 'react'

export type SessionTimerWords = {
  readonly title: string
  /** Told with two minutes left, and with one. */
  readonly idle: readonly [oneMinute: string, twoMinutes: string]
  readonly absolute: readonly [oneMinute: string, twoMinutes: string]
  readonly stay: string
  readonly logOut: string
  readonly close: string
}

type Props = {
  /** How long the session lives without a request, in seconds. */
  readonly idleSeconds: number
  /** When the session ends whatever happens, in epoch milliseconds. */
  readonly absoluteEnd: number
  /** Tells the server that the person is still here. */
  readonly touch: () => Promise<void>
  readonly words: SessionTimerWords
}

const warning = 120_000

/** Warns two minutes before the session ends, and leaves the page when it does. All tabs of the session keep one time. */
export function SessionTimer({ idleSeconds, absoluteEnd, touch, words }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const tabs = useRef<BroadcastChannel>(null)
  const idleEnd = useRef(0)
  const closed = useRef(false)
  const [text, setText] = useState('')

  useEffect(() => {
    const rewind = () => {
      idleEnd.current = Date.now() + idleSeconds * 1000
      closed.current = false
    }
    const channel = (tabs.current = new BroadcastChannel('session'))
    channel.onmessage = rewind
    channel.postMessage(null)
    rewind()

    const timer = setInterval(() => {
      const why = idleEnd.current < absoluteEnd ? 'idle' : 'absolute'
      const left = Math.min(idleEnd.current, absoluteEnd) - Date.now()
      if (left <= 0) location.replace(`/logged-out?why=${why}`)
      else if (left > warning) dialog.current?.close()
      else {
        setText(words[why][left > warning / 2 ? 1 : 0])
        if (!closed.current && !dialog.current?.open) dialog.current?.showModal()
      }
    }, 1000)
    return () => {
      clearInterval(timer)
      channel.close()
    }
  }, [idleSeconds, absoluteEnd, words])

  const stay = async () => {
    await touch()
    idleEnd.current = Date.now() + idleSeconds * 1000
    tabs.current?.postMessage(null)
    dialog.current?.close()
  }
  const absolute = words.absolute.includes(text)

  return (
    <dialog ref={dialog} className="ds-dialog" aria-labelledby="session-timer" onClose={() => (closed.current = true)}>
      <h2 id="session-timer" className="ds-heading" data-size="xs">
        {words.title}
      </h2>
      <p className="mt-3" role="status">{text}</p>
      <div className="mt-6 flex flex-wrap gap-4">
        <button className="ds-button" type="button" onClick={absolute ? () => dialog.current?.close() : stay}>
          {absolute ? words.close : words.stay}
        </button>
        <form method="post" action="/api/auth/logout">
          <button className="ds-button" data-variant="secondary" type="submit">
            {words.logOut}
          </button>
        </form>
      </div>
    </dialog>
  )
}
