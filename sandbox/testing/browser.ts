/** A browser as far as the sandbox can tell: keeps cookies for 127.0.0.1, follows nothing by itself, sends forms as a page does. */
export function createBrowser(origin: string) {
  const jar = new Map<string, { value: string; path: string }>()

  function keep(response: Response, address: URL): void {
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = cookie.split(/;\s*/)
      const [name = '', ...rest] = pair.split('=')
      const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? address.pathname.replace(/\/[^/]*$/, '')
      const gone = attributes.some((attribute) => /^max-age=0$/i.test(attribute) || /^expires=Thu, 01 Jan 1970/i.test(attribute))
      if (gone) jar.delete(`${name}|${path}`)
      else jar.set(`${name}|${path}`, { value: rest.join('='), path })
    }
  }

  async function go(target: string, form?: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    const address = new URL(target, origin)
    const cookies = [...jar].filter(([, { path }]) => address.pathname.startsWith(path)).map(([key, { value }]) => `${key.split('|')[0]}=${value}`)
    const own = address.origin === origin
    const response = await fetch(address, {
      redirect: 'manual',
      headers: { ...(own && cookies.length > 0 && { cookie: cookies.join('; ') }), ...(form && { origin, 'sec-fetch-site': 'same-origin' }), ...headers },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    if (own) keep(response, address)
    return response
  }

  /** Follows redirects for as long as they stay on the sandbox. */
  async function follow(target: string, form?: Record<string, string>): Promise<{ response: Response; address: string }> {
    let address = new URL(target, origin).href
    let response = await go(address, form)
    while (response.status >= 300 && response.status < 400) {
      const next = new URL(response.headers.get('location') ?? '', address).href
      if (new URL(next).origin !== origin) return { response, address: next }
      address = next
      response = await go(address)
    }
    return { response, address }
  }

  return { go, follow, cookies: jar }
}

export type Browser = ReturnType<typeof createBrowser>
