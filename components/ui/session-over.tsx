'use client'
import { useEffect } from 'react'
import type { Whose } from './doors'
import { tellTabs } from './tabs'

/** Stands on the page after log-out: a tab that still shows something leaves it too. */
export function SessionOver({ whose = 'applicant' }: { readonly whose?: Whose }) {
  useEffect(() => tellTabs(whose, 'over'), [whose])
  return null
}
