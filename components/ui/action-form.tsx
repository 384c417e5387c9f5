import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { FormAction } from './form-action'
import { SubmitButton } from './submit-button'

type Props = { readonly action: FormAction; readonly children: ReactNode; readonly variant?: 'primary' | 'secondary' }

/** One button that does one thing. */
export function ActionForm({ action, children, variant }: Props) {
  const t = useTranslations()
  return (
    <form action={action}>
      <SubmitButton pending={t('pending')} variant={variant}>
        {children}
      </SubmitButton>
    </form>
  )
}
