import { escapeHtml } from '@/components/ui/escape-html'
import { getLocale, getTranslations } from 'next-intl/server'

/**
 * A page with one form that sends itself; without JavaScript the person presses its button. In the history it stands as
 * `instead`: Back must not ask anybody whether they want to send a form again, and browsers differ in whether they keep it.
 */
export async function selfPostingPage({ action, instead, nonce, fields }: { readonly action: string; readonly instead: string; readonly nonce: string; readonly fields: Record<string, string> }): Promise<string> {
  const t = await getTranslations('leaving')
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
  return `<!doctype html>
<html lang="${await getLocale()}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(t('title'))}</title>
<main>
<h1>${escapeHtml(t('title'))}</h1>
<p>${escapeHtml(t('body'))}</p>
<form method="post" action="${escapeHtml(action)}">${inputs.join('')}<button>${escapeHtml(t('button'))}</button></form>
</main>
<script nonce="${escapeHtml(nonce)}">history.replaceState(null, '', ${JSON.stringify(instead)});document.forms[0].submit()</script>
</html>`
}
