/** A test file, or a suite of the torture with the words that narrow it. */
type Catcher = { readonly test: string } | { readonly suite: string; readonly narrow?: string; readonly amounts?: readonly string[] }

/** A mistake that somebody could make, and who must find it. */
export type Bug = {
  readonly name: string
  readonly file: string
  /** Text that stands there exactly once, and what stands there instead. */
  readonly replace: string
  readonly by: string
  readonly catcher: Catcher
  /** Words from the name of the test, or from what was violated. */
  readonly caughtBy: string
}

export const bugs: readonly Bug[] = [
  {
    name: 'nobody asks whose consent a token is about', file: 'lib/consent/altinn3/consent-token.ts',
    replace: "  if (consent.from !== expected.from) return refuse('from')\n", by: '',
    catcher: { suite: 'bad consent tokens' }, caughtBy: 'bad consent tokens are refused',
  },
  {
    name: 'the audit line of a request is written after its transaction', file: 'lib/consent/consent-store.ts',
    replace: '        await tx.consent.create({ data: { ...consent, returnRefHash } })\n        await writeAuditEvent(tx, event)\n      })\n',
    by: '        await tx.consent.create({ data: { ...consent, returnRefHash } })\n      })\n      await writeAuditEvent(db, event)\n',
    catcher: { suite: 'database and clock', narrow: 'the disk is full: consent.requested', amounts: ['clockFaults=0'] }, caughtBy: 'I6',
  },
  {
    name: 'a token is written though the lease is another’s by now', file: 'lib/maskinporten/token-lease.ts',
    replace: `"leaseUntil" = '-infinity'\n        WHERE "bank" = \${bank} AND "key" = \${key} AND "epoch" = \${epoch}\``, by: `"leaseUntil" = '-infinity'\n        WHERE "bank" = \${bank} AND "key" = \${key}\``,
    catcher: { test: 'lib/maskinporten/token-lease.test.ts' }, caughtBy: 'the lease fences off the one who woke up too late',
  },
  {
    name: 'a shared token is used to its last second', file: 'lib/maskinporten/token-lease.ts',
    replace: `"expiresAt" > clock_timestamp() + \${margin} * interval '1 second'`, by: '"expiresAt" > clock_timestamp()',
    catcher: { test: 'lib/maskinporten/token-lease.test.ts' }, caughtBy: 'a margin before its end',
  },
  {
    name: 'a look does not ask whether the consent stands', file: 'lib/sources/held-reading-store.ts',
    replace: `          AND c."status" = 'accepted' AND c."validTo" > \${at}),`, by: `          AND c."validTo" > \${at}),`,
    catcher: { test: 'lib/sources/held-reading-store.test.ts' }, caughtBy: 'the consent is closed though its reading was left behind',
  },
  {
    name: 'the gate is asked, and not obeyed', file: 'lib/guarded-http.ts',
    replace: "  if (admission.gate === 'busy' || admission.gate === 'failing') {", by: "  if ((admission.gate === 'busy' || admission.gate === 'failing') && call.url === '') {",
    catcher: { suite: 'fault matrix', narrow: 'Altinn, asked for the answer: F9 429 seconds 7' }, caughtBy: 'I11',
  },
  {
    name: 'a return reference is anybody’s', file: 'lib/consent/continue-consent.ts',
    replace: 'if (returned && returned.subjectRef !== subjectRef) {', by: 'if (returned && returned.subjectRef === null) {',
    catcher: { test: 'lib/consent/continue-consent.test.ts' }, caughtBy: 'somebody else’s reference',
  },
  {
    name: 'who has not got the right to read reads all the same', file: 'lib/sources/read-source.ts',
    replace: "  if (!mine) return fail('read-already-or-underway')\n", by: '',
    catcher: { suite: 'interleavings' }, caughtBy: 'whatever the order in which things happen',
  },
  {
    name: 'the figures may be about another person', file: 'lib/sources/lanekassen/lanekassen.ts',
    replace: 'if (Accounts.some(({ Bban }) => Bban !== person.reveal()))', by: 'if (Accounts.some(({ Bban }) => Bban.length !== person.reveal().length))',
    catcher: { suite: 'fault matrix', narrow: 'F23 about another person' }, caughtBy: 'each fault is told in the words that are right for it',
  },
  {
    name: 'a grant is tried again with the same jti', file: 'lib/maskinporten/client.ts',
    replace: '    const ask = async () => {\n      const grant = await signJwtGrant(signingKey, { clientId: config.clientId, audience: about.value.issuer, scope, consumerOrg: config.consumerOrg, consent }, clock.now(), newId())', by: '    const jti = newId()\n    const ask = async () => {\n      const grant = await signJwtGrant(signingKey, { clientId: config.clientId, audience: about.value.issuer, scope, consumerOrg: config.consumerOrg, consent }, clock.now(), jti)',
    catcher: { suite: 'fault matrix', narrow: 'Maskinporten’s token, to ask Altinn: F24 lost-answer, once' }, caughtBy: 'I2',
  },
  {
    name: 'a withdrawal in the feed is passed over', file: 'lib/consent/altinn3/events.ts',
    replace: "['revoked', 'revoked'], ", by: '',
    catcher: { test: 'lib/consent/altinn3/events.test.ts' }, caughtBy: 'takes deleted for a withdrawal',
  },
  {
    name: 'what was held on a consent stays when the consent ends', file: 'lib/consent/consent-store.ts',
    replace: "      if (status !== 'accepted') await tx.heldReading.deleteMany({ where: { bank, consentId: id } })\n", by: '',
    catcher: { test: 'lib/consent/consent-store.test.ts' }, caughtBy: 'the end of a consent takes what was read on it with it',
  },
  {
    name: 'a reading that was kept is told of as failed', file: 'lib/session/session-store.ts',
    replace: `AND "at" >= \${since} AND "type" = \${event.type} AND "correlationId"`, by: `AND "at" < \${since} AND "type" = \${event.type} AND "correlationId"`,
    catcher: { suite: 'database and clock', narrow: 'the answer to the commit of the reading is lost', amounts: ['clockFaults=0'] }, caughtBy: 'I5',
  },
]
