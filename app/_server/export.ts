import { getLocale, getTranslations } from 'next-intl/server'
import { exportSheet } from '@/components/my-data/export-sheet'
import { sheetFile } from '@/components/sheet/sheet-file'
import { keptPeriods } from '@/lib/retention/policy'
import { exportEverything } from '@/lib/subject/export-everything'
import { correlationId } from './correlation-id'
import { download } from './download'
import { services } from './services'
import type { Applicant } from './session'

async function everything({ session, token }: Applicant, form: 'json' | 'html') {
  const { sources, ...deps } = await services()
  return exportEverything(deps, { source: sources.studentLoan, session, token, form, correlationId: await correlationId() })
}

/** Everything about the person as JSON, with the names the app itself uses; amounts in whole øre. */
export async function exportAsJson(applicant: Applicant): Promise<Response> {
  const all = await everything(applicant, 'json')
  return download({ body: `${JSON.stringify(all, null, 2)}\n`, type: 'application/json; charset=utf-8', name: 'mine-data', ending: 'json', at: all.takenAt })
}

/** Everything about the person as one page that needs nothing else, in their language. */
export async function exportAsHtml(applicant: Applicant): Promise<Response> {
  const all = await everything(applicant, 'html')
  const { config } = await services()
  const sheet = exportSheet(all, { t: await getTranslations(), locale: await getLocale(), bankName: config.BANK_NAME, kept: keptPeriods(config.DATABASE_RETENTION_URL !== undefined) })
  return download({ body: sheetFile(sheet), type: 'text/html; charset=utf-8', name: 'mine-data', ending: 'html', at: all.takenAt })
}
