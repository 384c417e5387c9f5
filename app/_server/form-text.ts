const MOST_BYTES = 10_000

/** The body of a call from server to server that is a form of a reasonable size; null for anything else. */
export async function formText(request: Request): Promise<string | null> {
  const declared = Number(request.headers.get('content-length') ?? Infinity)
  if (declared > MOST_BYTES || !request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')) return null
  return request.text()
}
