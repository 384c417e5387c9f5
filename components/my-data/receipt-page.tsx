import { useTranslations } from 'next-intl'
import type { Sheet } from '../sheet/sheet'
import { SheetView } from '../sheet/sheet-view'
import { PrintButton } from '../ui/print-button'

/** `/my-data/receipt/[id]`: the receipt, and the ways to keep it. */
export function ReceiptPage({ sheet, consentId, signed }: { readonly sheet: Sheet; readonly consentId: string; /** There is a signed file too. */ readonly signed: boolean }) {
  const t = useTranslations('receipt.get')
  return (
    <>
      <SheetView sheet={sheet} />
      <section className="grid gap-4 print:hidden" aria-labelledby="keep">
        <h2 id="keep" className="ds-heading font-semibold" data-size="2xs">
          {t('title')}
        </h2>
        <div className="flex flex-wrap gap-4">
          <PrintButton>{t('print')}</PrintButton>
          <a className="ds-button" data-variant="secondary" href={`/my-data/receipt/${consentId}/pdf`} download="">
            {t('pdf')}
          </a>
          {signed && (
            <a className="ds-button" data-variant="secondary" href={`/my-data/receipt/${consentId}/jsonld`} download="">
              {t('jsonld')}
            </a>
          )}
        </div>
        <p>
          <a className="ds-link" href="/my-data">
            {t('back')}
          </a>
        </p>
      </section>
    </>
  )
}
