import { setTimeout as pause } from 'node:timers/promises'
import type { Moment } from '../front/postgres-front.ts'
import type { Scene } from '../scene/scene.ts'

/** What somebody does while the database is in trouble. */
export type Press = 'log in' | 'ask' | 'go on' | 'look' | 'log out'
/** Brings the trouble about, and gives the way to end it. */
type Hurt = (scene: Scene) => Promise<() => Promise<unknown>>
export type DatabaseFault = {
  readonly d: `D${number}`
  readonly name: string
  readonly press: Press
  readonly hurt: Hurt
  /** Whether it must go unnoticed. */
  readonly fine?: true
}

/** The transactions in which something of a person's changes, each by a word in its SQL. */
export const transactions = {
  'the log-in': /INSERT INTO "public"\."Session"|INSERT INTO "Session"/,
  'the request': /INSERT INTO "public"\."Consent"|INSERT INTO "Consent"/,
  'the answer': /UPDATE "public"\."Consent"|UPDATE "Consent" SET "status"/,
  'the claim to read': /WITH claimed AS/,
  'the reading': /INSERT INTO "HeldReading"/,
  'the look': /'reading\.shown'/,
  'the end': /DELETE FROM "Session"/,
} as const
export type Transaction = keyof typeof transactions
/** Two more where a consent is exchanged, which the usual transport does not do. */
export const exchangeTransactions = {
  'the beginning of an exchange': /WITH begun AS/,
  'the end of an exchange': /UPDATE "public"\."Consent" SET "exchange"/,
} as const
export const momentOf = (transaction: Transaction | keyof typeof exchangeTransactions, when: Moment['when']): Moment => ({ sql: { ...transactions, ...exchangeTransactions }[transaction], when })

const front = ({ databaseFront }: Scene) => {
  if (!databaseFront) throw new Error('there is nothing before the database')
  return databaseFront
}
const mended = (scene: Scene) => () => front(scene).mend()

/** Something happens at a moment of one transaction, whenever it comes. */
const at = (transaction: Transaction, when: Moment['when'], act: (scene: Scene, stopped: { backend: number; letGo(): void; cut(): void }) => unknown): Hurt => async (scene) => {
  const snare = front(scene).snare(momentOf(transaction, when))
  const acted = snare.stopped.then((stopped) => act(scene, stopped))
  return async () => {
    if (!snare.hasStopped()) throw new Error(`nobody came to ${transaction}`)
    await acted
    await front(scene).mend()
  }
}
const terminated = (scene: Scene, { backend, letGo }: { backend: number; letGo(): void }) => scene.database.asSuperuser('SELECT pg_terminate_backend($1)', [backend]).then(letGo)
const late = (ms: number) => async (_scene: Scene, { letGo }: { letGo(): void }) => { await pause(ms); letGo() }

/** A line of this type cannot be written: PostgreSQL says so with this code, every time or once. */
const unwritable = (type: string, code: string, once = false): Hurt => async ({ database }) => {
  await database.asSuperuser(`
    CREATE SEQUENCE torture_tries; GRANT USAGE ON SEQUENCE torture_tries TO PUBLIC;
    CREATE FUNCTION torture_fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW."type" = '${type}' AND (NOT ${once} OR nextval('torture_tries') = 1) THEN RAISE EXCEPTION 'torture' USING ERRCODE = '${code}'; END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER torture_fails BEFORE INSERT ON "AuditEvent" FOR EACH ROW EXECUTE FUNCTION torture_fails()`)
  return () => database.asSuperuser('DROP TRIGGER torture_fails ON "AuditEvent"; DROP FUNCTION torture_fails; DROP SEQUENCE torture_tries')
}

/** Settings of the whole database, for connections made from now on; those that there are end. */
const altered = (change: string, back: string): Hurt => async (scene) => {
  const [name] = await scene.database.ask<{ name: string }>('SELECT current_database() AS name')
  await scene.database.asSuperuser(`ALTER DATABASE ${name?.name} ${change}`)
  front(scene).cutAll()
  return async () => {
    await scene.database.asSuperuser(`ALTER DATABASE ${name?.name} ${back}`)
    front(scene).cutAll()
  }
}

const of = (d: DatabaseFault['d'], name: string, press: Press, hurt: Hurt, fine?: true): DatabaseFault => ({ d, name, press, hurt, ...(fine && { fine }) })
const pressFor: Readonly<Record<Transaction, Press>> = { 'the log-in': 'log in', 'the request': 'ask', 'the answer': 'go on', 'the claim to read': 'go on', 'the reading': 'go on', 'the look': 'look', 'the end': 'log out' }
const everyTransaction = Object.keys(transactions) as Transaction[]
const inReading: readonly Transaction[] = ['the answer', 'the claim to read', 'the reading']

/** D1 to D8; D9, two clocks that differ, is among the clocks. */
export const databaseFaults: readonly DatabaseFault[] = [
  ...(['log in', 'ask', 'go on', 'look', 'log out'] as const).map((press) => of('D1', `nobody listens: ${press}`, press, async (scene) => { await front(scene).refuse(); return mended(scene) })),
  ...(['log in', 'go on', 'look'] as const).map((press) => of('D1', `no answer at all: ${press}`, press, async (scene) => { front(scene).silence(); return mended(scene) })),
  ...everyTransaction.map((transaction) => of('D2', `killed before the commit of ${transaction}`, pressFor[transaction], at(transaction, 'before', terminated))),
  ...everyTransaction.map((transaction) => of('D3', `the answer to the commit of ${transaction} is lost`, pressFor[transaction], at(transaction, 'after', (_scene, { cut }) => cut()))),
  ...inReading.map((transaction) => of('D4', `the commit of ${transaction} takes one and a half seconds`, 'go on', at(transaction, 'before', late(1_500)), true)),
  ...inReading.map((transaction) => of('D4', `the commit of ${transaction} takes four seconds`, 'go on', at(transaction, 'before', late(4_000)))),
  of('D4', 'every message comes a tenth of a second late', 'go on', async (scene) => { front(scene).delay(50); return mended(scene) }),
  of('D5', 'no connection is left', 'look', altered('CONNECTION LIMIT 0', 'CONNECTION LIMIT -1')),
  ...(['log in', 'go on', 'look'] as const).map((press) => of('D6', `nothing may be written: ${press}`, press, altered('SET default_transaction_read_only = on', 'RESET default_transaction_read_only'))),
  ...([['consent.requested', 'ask'], ['source.read-started', 'go on'], ['source.read', 'go on'], ['reading.shown', 'look']] as const).map(([type, press]) => of('D7', `the disk is full: ${type}`, press, unwritable(type, '53100'))),
  ...([['consent.settled', '40001'], ['source.read-started', '40P01'], ['source.read', '40001']] as const).map(([type, code]) => of('D8', `${code} once: ${type}`, 'go on', unwritable(type, code, true))),
]
