'use client'
import { useEffect } from 'react'
import { tellTabs } from './tabs'

/** Stands on the page after log-out: a tab that still shows something leaves it too. */
export function SessionOver() {
  useEffect(() => tellTabs('over'), [])
  return null
}
