'use client'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { follow } from './follow'

type Props = {
  readonly address: string
  readonly ask: () => Promise<string>
  /** Said while there is no contact, and nothing is shown. */
  readonly silent: string
  readonly children: ReactNode
}

/** Shows what is in it while the share is known to be open, and no longer: not after its end, and not without contact. */
export function LiveView({ address, ask, silent, children }: Props) {
  const [now, setNow] = useState<'open' | 'silent' | 'over'>('open')
  const figures = useRef<HTMLDivElement>(null)

  useEffect(() => {
    // At once, whatever else the page is busy with; and a page that the browser puts aside is put aside empty.
    const hide = () => { if (figures.current) figures.current.hidden = true }
    const over = () => {
      hide()
      stop()
      setNow('over')
      location.replace(location.pathname)
    }
    const stop = follow({
      address,
      ask,
      hear: (word) => { if (word !== 'open') over() },
      silent: (lost) => setNow((before) => (before === 'over' ? before : lost ? 'silent' : 'open')),
    })
    addEventListener('pagehide', hide)
    return () => {
      stop()
      removeEventListener('pagehide', hide)
    }
  }, [address, ask])

  return (
    <>
      <p role="status" className={now === 'silent' ? 'ds-alert' : 'ds-sr-only'} data-color="warning">
        {now === 'silent' ? silent : ''}
      </p>
      {now !== 'over' && (
        <div ref={figures} hidden={now === 'silent'} className={now === 'silent' ? undefined : 'grid gap-6'}>
          {children}
        </div>
      )}
    </>
  )
}
