import type { NextRequest } from 'next/server'
import { takeStaffAnswer } from '@/app/_server/staff-log-in'

/** Where the bank's own provider sends an employee's browser back to. */
export async function GET(request: NextRequest): Promise<Response> {
  return new Response(null, { status: 303, headers: { location: await takeStaffAnswer(request.nextUrl.searchParams), 'cache-control': 'no-store' } })
}
