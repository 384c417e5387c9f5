import type { ReactNode } from 'react'

/** For `<site>` in the messages. */
export const lanekassenLink = (words: ReactNode) => (
  <a className="ds-link" href="https://lanekassen.no/">
    {words}
  </a>
)
