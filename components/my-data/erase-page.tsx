import { useTranslations } from 'next-intl'
import { facts } from '../sheet/sheet'
import { Blocks } from '../sheet/sheet-view'
import { ActionForm } from '../ui/action-form'
import type { FormAction } from '../ui/form-action'
import { PageHeading } from '../ui/page-heading'
import { StatusPage } from '../ui/status-page'

/** `/my-data/erase`: what goes, what stays and why, before anything does. */
export function ErasePage({ erasable, erase }: { readonly erasable: boolean; readonly erase: FormAction }) {
  const t = useTranslations('erase')
  const back = (words: string) => (
    <a className="ds-button" data-variant="secondary" href="/my-data">
      {words}
    </a>
  )
  if (!erasable)
    return (
      <StatusPage tone={null} title={t('open.title')} body={t('open.body')} next={t('open.next')}>
        {back(t('open.back'))}
      </StatusPage>
    )
  const said = (['what', 'stays', 'after', 'altinn'] as const).map((key) => [t(key), t(`${key}Text`)] as const)
  return (
    <>
      <PageHeading>{t('title')}</PageHeading>
      <Blocks blocks={[facts(...said)]} />
      <p>{t('undo')}</p>
      <div className="flex flex-wrap gap-4">
        <ActionForm action={erase} variant="secondary">
          {t('confirm')}
        </ActionForm>
        {back(t('back'))}
      </div>
    </>
  )
}
