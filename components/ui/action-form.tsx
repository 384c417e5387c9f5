import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { FormAction } from './form-action'
import { SubmitButton } from './submit-button'

type Props = { readonly action: FormAction; readonly children: ReactNode; readonly variant?: 'primary' | 'secondary'; readonly fields?: Readonly<Record<string, string>> }

/** One button that does one thing. */
export function ActionForm({ action, children, variant, fields = {} }: Props) {
  const t = useTranslations()
  return (
    <form action={action}>
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <SubmitButton pending={t('pending')} variant={variant}>
        {children}
      </SubmitButton>
    </form>
  )
}
