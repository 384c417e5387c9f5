'use client'

import { ErrorPage } from '@/components/ui/error-page'

/** For what nobody foresaw. Expected trouble has pages of its own. Trying again asks the server anew: what threw, threw there. */
export default function AppError({ error }: { readonly error: Error & { digest?: string } }) {
  return <ErrorPage reference={error.digest} retry={() => location.reload()} />
}
