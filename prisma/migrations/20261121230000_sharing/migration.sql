-- CreateTable
CREATE TABLE "Share" (
    "bank" TEXT NOT NULL DEFAULT current_setting('saldosyn.bank'::text),
    "id" UUID NOT NULL,
    "subjectRef" UUID NOT NULL,
    "consentId" UUID NOT NULL,
    "sessionHash" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "codeUntil" TIMESTAMPTZ(3) NOT NULL,
    "invitationId" UUID,
    "openedAt" TIMESTAMPTZ(3),
    "staffRef" UUID,
    "unit" TEXT,
    "purpose" TEXT,
    "caseNumber" TEXT,
    "endedAt" TIMESTAMPTZ(3),
    "end" TEXT,

    CONSTRAINT "Share_pkey" PRIMARY KEY ("bank","id")
);

-- CreateTable
CREATE UNLOGGED TABLE "ShareSeal" (
    "bank" TEXT NOT NULL DEFAULT current_setting('saldosyn.bank'::text),
    "shareId" UUID NOT NULL,
    "readingId" UUID NOT NULL,
    "sessionHash" BYTEA NOT NULL,
    "sealedKey" BYTEA NOT NULL,
    "handle" TEXT,
    "salt" BYTEA,
    "verifier" BYTEA,
    "codeSealed" BYTEA,
    "tries" SMALLINT NOT NULL DEFAULT 0,
    "staffHash" BYTEA,

    CONSTRAINT "ShareSeal_pkey" PRIMARY KEY ("bank","shareId")
);

-- CreateTable
CREATE TABLE "Invitation" (
    "bank" TEXT NOT NULL DEFAULT current_setting('saldosyn.bank'::text),
    "id" UUID NOT NULL,
    "tokenHash" BYTEA NOT NULL,
    "staffRef" UUID NOT NULL,
    "unit" TEXT,
    "purpose" TEXT NOT NULL,
    "caseNumber" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "subjectRef" UUID,

    CONSTRAINT "Invitation_pkey" PRIMARY KEY ("bank","id")
);

-- CreateTable
CREATE UNLOGGED TABLE "TryCount" (
    "bank" TEXT NOT NULL DEFAULT current_setting('saldosyn.bank'::text),
    "who" TEXT NOT NULL,
    "tries" SMALLINT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "TryCount_pkey" PRIMARY KEY ("bank","who")
);

-- CreateIndex
CREATE INDEX "Share_bank_sessionHash_idx" ON "Share"("bank", "sessionHash");

-- CreateIndex
CREATE INDEX "Share_bank_subjectRef_openedAt_idx" ON "Share"("bank", "subjectRef", "openedAt");

-- CreateIndex
CREATE INDEX "Share_bank_staffRef_openedAt_idx" ON "Share"("bank", "staffRef", "openedAt");

-- CreateIndex
CREATE INDEX "Share_bank_consentId_idx" ON "Share"("bank", "consentId");

-- CreateIndex
CREATE INDEX "Share_bank_invitationId_idx" ON "Share"("bank", "invitationId");

-- CreateIndex
CREATE UNIQUE INDEX "ShareSeal_bank_sessionHash_key" ON "ShareSeal"("bank", "sessionHash");

-- CreateIndex
CREATE UNIQUE INDEX "ShareSeal_bank_handle_key" ON "ShareSeal"("bank", "handle");

-- CreateIndex
CREATE INDEX "ShareSeal_bank_readingId_idx" ON "ShareSeal"("bank", "readingId");

-- CreateIndex
CREATE INDEX "ShareSeal_bank_staffHash_idx" ON "ShareSeal"("bank", "staffHash");

-- CreateIndex
CREATE UNIQUE INDEX "Invitation_bank_tokenHash_key" ON "Invitation"("bank", "tokenHash");

-- CreateIndex
CREATE INDEX "Invitation_bank_staffRef_createdAt_idx" ON "Invitation"("bank", "staffRef", "createdAt");

-- AddForeignKey
ALTER TABLE "Share" ADD CONSTRAINT "Share_bank_subjectRef_fkey" FOREIGN KEY ("bank", "subjectRef") REFERENCES "Subject"("bank", "ref") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Share" ADD CONSTRAINT "Share_bank_consentId_fkey" FOREIGN KEY ("bank", "consentId") REFERENCES "Consent"("bank", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Share" ADD CONSTRAINT "Share_bank_invitationId_fkey" FOREIGN KEY ("bank", "invitationId") REFERENCES "Invitation"("bank", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ShareSeal" ADD CONSTRAINT "ShareSeal_bank_shareId_fkey" FOREIGN KEY ("bank", "shareId") REFERENCES "Share"("bank", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ShareSeal" ADD CONSTRAINT "ShareSeal_bank_readingId_fkey" FOREIGN KEY ("bank", "readingId") REFERENCES "HeldReading"("bank", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ShareSeal" ADD CONSTRAINT "ShareSeal_bank_sessionHash_fkey" FOREIGN KEY ("bank", "sessionHash") REFERENCES "Session"("bank", "tokenHash") ON DELETE CASCADE ON UPDATE CASCADE;



-- By hand from here: what Prisma's schema cannot say. prisma/by-hand.test.ts and lib/sharing/ hold the database to it.

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['Share', 'ShareSeal', 'Invitation', 'TryCount'] LOOP
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK ("bank" ~ ''^[0-9]{9}$'')', name, name || '_bank_check');
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_bank ON %I USING ("bank" = current_setting(''saldosyn.bank'', true)) WITH CHECK ("bank" = current_setting(''saldosyn.bank'', true))', name);
  END LOOP;
END $$;

ALTER TABLE "Share"
  ADD CONSTRAINT "Share_opened_check" CHECK (("openedAt" IS NULL) = ("staffRef" IS NULL) AND ("openedAt" IS NULL) = ("purpose" IS NULL) AND ("openedAt" IS NULL) = ("caseNumber" IS NULL)),
  ADD CONSTRAINT "Share_end_check" CHECK (("endedAt" IS NULL) = ("end" IS NULL) AND "end" ~ '^[a-z-]{1,40}$');
-- A code that is used leaves nothing of itself, and a key is sealed for an adviser from then on.
ALTER TABLE "ShareSeal" ADD CONSTRAINT "ShareSeal_code_or_adviser_check"
  CHECK (("staffHash" IS NULL) = ("verifier" IS NOT NULL) AND ("verifier" IS NULL) = ("handle" IS NULL) AND ("verifier" IS NULL) = ("salt" IS NULL) AND ("verifier" IS NULL) = ("codeSealed" IS NULL));

-- What waits for its code or is open, by age: a job asks every minute.
CREATE INDEX "Share_not_ended_idx" ON "Share"("bank", "codeUntil") WHERE "endedAt" IS NULL;

-- A share ends when its seal goes, in the same transaction and with the cause that this transaction has written to the
-- audit log: whoever ends a log-in or a consent need not know that there are shares. Deferred to the commit, so that the
-- cause is written by then; and rows are locked in one order: log-in, reading, seal, share.
CREATE FUNCTION share_ends_with_its_seal() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  share "Share"%ROWTYPE;
  cause "AuditEvent"%ROWTYPE;
BEGIN
  SELECT * INTO share FROM "Share" WHERE "bank" = OLD."bank" AND "id" = OLD."shareId" AND "endedAt" IS NULL;
  IF NOT FOUND THEN RETURN NULL; END IF;
  SELECT * INTO cause FROM "AuditEvent"
    WHERE "bank" = OLD."bank" AND "xid" = pg_current_xact_id()::text::bigint AND "subjectRef" = share."subjectRef" AND "type" IN ('share.ended', 'session.ended', 'consent.closed')
    ORDER BY "id" DESC LIMIT 1;
  UPDATE "Share" SET "endedAt" = greatest(coalesce(cause."at", clock_timestamp()), "openedAt", "createdAt"), "end" = CASE
      WHEN cause."type" = 'share.ended' THEN cause."outcome"
      WHEN cause."type" = 'session.ended' AND cause."outcome" IN ('idle', 'absolute') THEN 'timed-out'
      WHEN cause."type" = 'session.ended' THEN 'logged-out'
      WHEN cause."type" = 'consent.closed' THEN 'consent-' || cause."outcome"
      ELSE 'lost' END
    WHERE "bank" = share."bank" AND "id" = share."id" RETURNING * INTO share;
  IF cause."type" IS DISTINCT FROM 'share.ended' THEN
    INSERT INTO "AuditEvent" ("bank", "at", "type", "actor", "subjectRef", "consentId", "outcome", "correlationId")
    VALUES (share."bank", share."endedAt", 'share.ended', coalesce(cause."actor", 'system'), share."subjectRef", share."consentId", share."end",
      coalesce(cause."correlationId", regexp_replace(upper(substr(replace(gen_random_uuid()::text, '-', ''), 1, 12)), '(.{4})(.{4})', '\1-\2-')));
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER share_ends AFTER DELETE ON "ShareSeal" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION share_ends_with_its_seal();

-- A seal does not outlive the consent that its reading was read on, nor its share: neither is deleted when it ends.
CREATE FUNCTION seals_go_with_their_consent() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  DELETE FROM "ShareSeal" k USING "HeldReading" r WHERE k."bank" = NEW."bank" AND r."bank" = NEW."bank" AND r."id" = k."readingId" AND r."consentId" = NEW."id";
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER seals_go AFTER UPDATE ON "Consent" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD."status" = 'accepted' AND NEW."status" <> 'accepted') EXECUTE FUNCTION seals_go_with_their_consent();
CREATE FUNCTION seal_goes_with_its_share() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  DELETE FROM "ShareSeal" WHERE "bank" = NEW."bank" AND "shareId" = NEW."id";
  RETURN NULL;
END $$;
CREATE TRIGGER seal_goes AFTER UPDATE ON "Share" FOR EACH ROW WHEN (NEW."endedAt" IS NOT NULL) EXECUTE FUNCTION seal_goes_with_its_share();

-- What has ended stays as it is, and nothing is sealed for it any more.
CREATE FUNCTION share_stays_ended() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  RAISE EXCEPTION 'a share that has ended does not change' USING ERRCODE = '55000';
END $$;
CREATE TRIGGER share_stays_ended BEFORE UPDATE ON "Share" FOR EACH ROW WHEN (OLD."endedAt" IS NOT NULL AND NEW IS DISTINCT FROM OLD) EXECUTE FUNCTION share_stays_ended();
CREATE FUNCTION seal_has_a_live_share() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM "Share" WHERE "bank" = NEW."bank" AND "id" = NEW."shareId" AND "endedAt" IS NOT NULL) THEN
    RAISE EXCEPTION 'a share that has ended is not sealed for' USING ERRCODE = '55000';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER seal_has_a_live_share AFTER INSERT OR UPDATE ON "ShareSeal" FOR EACH ROW EXECUTE FUNCTION seal_has_a_live_share();

-- Whoever follows a share hears of it at the commit, on every instance: whose bank's and which share, and no more.
CREATE FUNCTION share_tells() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM pg_notify('saldosyn_share', NEW."bank" || '/' || NEW."id");
  RETURN NULL;
END $$;
CREATE TRIGGER share_tells AFTER INSERT OR UPDATE ON "Share" FOR EACH ROW EXECUTE FUNCTION share_tells();
