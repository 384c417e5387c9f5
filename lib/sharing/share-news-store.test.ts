import { afterAll, expect, test, vi } from 'vitest'
import { newCorrelationId } from '@/lib/correlation-id'
import { BANK_NUMBER } from '@/lib/testing/builders'
import { freshDatabase, today } from '@/lib/testing/database'
import { logKept } from '@/lib/testing/fakes'
import { aCustomer } from '@/lib/testing/sharing'
import { createShareNews } from './share-news-store'
import { createShareStore } from './share-store'

const database = await freshDatabase()
const shares = createShareStore(database.another())
const log = logKept()
const news = createShareNews({ databaseUrl: database.appUrl, log })
afterAll(() => news.close())

test('whoever follows a share hears of it at the commit, from another instance, and of no other share', async () => {
  const [one, other] = [await aCustomer(database), await aCustomer(database)]
  const { share } = await one.starts()
  const [heard, elsewhere] = [vi.fn(), vi.fn()]
  const unfollow = news.follow({ bank: BANK_NUMBER, id: share.id }, heard)
  news.follow({ bank: '312222221', id: share.id }, elsewhere)
  // It listens once it has told everybody to look for themselves.
  await expect.poll(() => heard.mock.calls.length).toBe(1)
  await other.starts()
  await shares.stop(one.session.tokenHash, { at: today, correlationId: newCorrelationId() })
  await expect.poll(() => heard.mock.calls.length).toBe(2)
  expect(elsewhere).toHaveBeenCalledTimes(1)
  unfollow()
})

test('a connection that is lost is made anew, and everybody is told to look for themselves', async () => {
  const heard = vi.fn()
  const mine = `FROM pg_stat_activity WHERE application_name = 'saldosyn-news' AND datname = current_database()`
  news.follow({ bank: BANK_NUMBER, id: 'whichever' }, heard)
  const before = await database.asApp(`SELECT pid, pg_terminate_backend(pid) AS gone ${mine}`)
  expect(before).toMatchObject([{ gone: true }])
  await expect.poll(() => heard.mock.calls.length, { timeout: 5_000 }).toBeGreaterThanOrEqual(1)
  const after = await database.asApp(`SELECT pid ${mine}`)
  expect(after).toHaveLength(1)
  expect(after[0]?.pid).not.toBe(before[0]?.pid)
  expect(log.lines).toMatchObject([{ level: 'warn', fields: { step: 'share-news' } }])
})
