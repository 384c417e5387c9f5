import { cookies, headers } from 'next/headers'

/**
 * The least a page of this app can be: drawn anew for each request, in the same layout and behind the same proxy, and
 * it reads headers and cookies as every page of ours must. Stands in the bench's build as app/hello/page.tsx.
 */
export default async function Hello() {
  const agent = (await headers()).get('user-agent') ?? 'nobody'
  const { size } = await cookies()
  return (
    <main>
      <h1>Hello, world</h1>
      <p>
        {agent}: {size}
      </p>
    </main>
  )
}
