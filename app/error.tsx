'use client'

import { ErrorPage } from '@/components/ui/error-page'

/** For what nobody foresaw. Expected trouble has pages of its own. */
export default function AppError({ error, reset }: { readonly error: Error & { digest?: string }; readonly reset: () => void }) {
  return <ErrorPage reference={error.digest} retry={reset} />
}
