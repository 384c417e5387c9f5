import './localhost.ts'

/** A browser without a screen: keeps cookies, follows redirects when told, and sends forms. For the ways to a journey's start, and for requests that no browser would send. */

export type Answer = { readonly url: string; readonly status: number; readonly headers: Headers; readonly body: string; readonly location: string | null }
export type Form = { readonly action: string; readonly method: string; readonly multipart: boolean; readonly fields: readonly (readonly [string, string])[]; readonly buttons: readonly { readonly words: string; readonly field: readonly [string, string] | null }[] }
type Request = { method?: string; headers?: Record<string, string | undefined>; body?: string | URLSearchParams | FormData; cookies?: boolean }

export type ByPost = ReturnType<typeof byPost>

export function byPost(origin: string) {
  const jar = new Map<string, Map<string, string>>()
  const cookiesOf = (url: URL) => {
    const found = jar.get(url.hostname) ?? new Map<string, string>()
    jar.set(url.hostname, found)
    return found
  }

  /** One request and its answer; a redirect is not followed. */
  async function send(address: string, { method = 'GET', headers = {}, body, cookies = true }: Request = {}): Promise<Answer> {
    const url = new URL(address, origin)
    const cookie = [...cookiesOf(url)].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(url, { method, redirect: 'manual', headers: given({ ...(cookies && cookie && { cookie }), ...headers }), ...(body !== undefined && { body }) })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /max-age=0|expires=thu, 01 jan 1970/i.test(line)) cookiesOf(url).delete(name)
      else cookiesOf(url).set(name, value)
    }
    const location = answer.headers.get('location')
    return { url: url.href, status: answer.status, headers: answer.headers, body: await answer.text(), location: location === null ? null : new URL(location, url).href }
  }

  /** On to where the answer leads, also by the refresh of a page that goes on by itself; stops before an address like `until`. */
  async function follow(answer: Answer, until?: RegExp): Promise<Answer> {
    const refresh = /<meta http-equiv="refresh" content="0;url=([^"]+)"/.exec(answer.body)?.[1]?.replaceAll('&amp;', '&')
    const onward = answer.location ?? refresh
    return onward && !until?.test(onward) ? follow(await send(onward), until) : answer
  }

  /** Presses the button with these words (or this value) in the page, as a browser does. */
  async function press(page: Answer, words: string, more: Record<string, string> = {}, until?: RegExp): Promise<Answer> {
    for (const form of formsOf(page.body)) {
      const button = form.buttons.find(({ words: own, field }) => own === words || field?.[1] === words)
      if (button) return follow(await submit(page, form, [...form.fields.filter(([name]) => !(name in more)), ...Object.entries(more), ...(button.field ? [button.field] : [])]), until)
    }
    throw new Error(`there is no button «${words}» at ${page.url}`)
  }

  /** Sends a form's fields with the headers of a browser, or others. */
  function submit(page: Answer, form: Form, fields: readonly (readonly [string, string])[], headers: Record<string, string | undefined> = {}): Promise<Answer> {
    const body = form.multipart ? new FormData() : new URLSearchParams()
    for (const [name, value] of fields) body.append(name, value)
    return send(new URL(form.action, page.url).href, { method: form.method, body, headers: { origin: new URL(page.url).origin, ...headers } })
  }

  return {
    origin, send, press, submit,
    get: async (address: string) => follow(await send(address)),
    /** Our own cookies, or another party's. */
    cookies: (url = origin) => [...cookiesOf(new URL(url))].map(([name, value]) => ({ name, value, domain: new URL(url).hostname, path: '/' })),
    cookie: (name: string) => cookiesOf(new URL(origin)).get(name) ?? '',
    /** Takes over a cookie, or forges one. */
    setCookie: (name: string, value: string) => cookiesOf(new URL(origin)).set(name, value),
  }
}

const given = (headers: Record<string, string | undefined>) => Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined))

const unescape = (text: string): string => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&#x27;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
const attribute = (tag: string, name: string): string | null => {
  const found = new RegExp(`\\s${name}="([^"]*)"`, 'i').exec(tag)?.[1]
  return found === undefined ? null : unescape(found)
}

/** The forms of a page, from its markup. */
export function formsOf(html: string): Form[] {
  return [...html.matchAll(/(<form\b[^>]*>)(.*?)<\/form>/gs)].map(([, tag = '', inside = '']) => ({
    action: attribute(tag, 'action') ?? '',
    method: (attribute(tag, 'method') ?? 'get').toUpperCase(),
    multipart: attribute(tag, 'enctype') === 'multipart/form-data',
    fields: [...inside.matchAll(/<input\b[^>]*>/g)].flatMap(([input]) => {
      const name = attribute(input, 'name')
      const chosen = attribute(input, 'type') !== 'radio' || /\schecked\b/.test(input)
      return name !== null && chosen ? [[name, attribute(input, 'value') ?? ''] as const] : []
    }),
    buttons: [...inside.matchAll(/(<button\b[^>]*>)(.*?)<\/button>/gs)].map(([, button = '', words = '']) => {
      const name = attribute(button, 'name')
      return { words: unescape(words.replace(/<[^>]*>/g, '')), field: name === null ? null : ([name, attribute(button, 'value') ?? ''] as const) }
    }),
  }))
}
