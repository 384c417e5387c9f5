/** The process answers. Asks nobody else, so that a database that is down does not restart us. */
export function GET(): Response {
  return Response.json({ status: 'up' }, { headers: { 'cache-control': 'no-store' } })
}
