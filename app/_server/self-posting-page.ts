import { getLocale, getTranslations } from 'next-intl/server'

const escape = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

/**
 * A page with one form that sends itself; without JavaScript the person presses its button. In the history it stands as
 * `instead`: Back must not ask anybody whether they want to send a form again, and browsers differ in whether they keep it.
 */
export async function selfPostingPage({ action, instead, nonce, fields }: { readonly action: string; readonly instead: string; readonly nonce: string; readonly fields: Record<string, string> }): Promise<string> {
  const t = await getTranslations('leaving')
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${escape(value)}">`)
  return `<!doctype html>
<html lang="${await getLocale()}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(t('title'))}</title>
<main>
<h1>${escape(t('title'))}</h1>
<p>${escape(t('body'))}</p>
<form method="post" action="${escape(action)}">${inputs.join('')}<button>${escape(t('button'))}</button></form>
</main>
<script nonce="${escape(nonce)}">history.replaceState(null, '', ${JSON.stringify(instead)});document.forms[0].submit()</script>
</html>`
}
