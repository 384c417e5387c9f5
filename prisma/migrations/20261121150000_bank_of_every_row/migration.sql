-- Every row gets a bank, and a connection sees the rows of its own bank only (docs/decisions/25). Stop the app first:
-- everybody is logged out, and the version before this one cannot use these tables.

-- What lasts no longer than a log-in, or is asked for again, begins anew.
TRUNCATE "Session", "HeldReading", "ReadingSeal", "TokenLease", "UpstreamGate", "UsedLogoutToken";

-- Until now an installation had one bank: the consents tell which. Without a consent nobody needs to be remembered, and
-- what the audit log holds stands under a number that is no bank's.
DO $$
DECLARE
  whose text := (SELECT min("coveredBy") FROM "Consent");
  name text;
BEGIN
  IF (SELECT count(DISTINCT "coveredBy") FROM "Consent") > 1 THEN
    RAISE EXCEPTION 'there are consents of more than one organisation number, and of the persons and the audit log nobody can tell whose they are: see docs/operations.md';
  END IF;
  IF whose IS NULL THEN DELETE FROM "Subject"; END IF;
  FOREACH name IN ARRAY ARRAY['Subject', 'Consent', 'Session', 'HeldReading', 'ReadingSeal', 'TokenLease', 'UpstreamGate', 'EventFeed', 'UsedLogoutToken', 'AuditEvent'] LOOP
    EXECUTE format('ALTER TABLE %I ADD COLUMN "bank" TEXT NOT NULL DEFAULT %L', name, coalesce(whose, '000000000'));
    EXECUTE format('ALTER TABLE %I ALTER COLUMN "bank" SET DEFAULT current_setting(''saldosyn.bank'')', name);
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK ("bank" ~ ''^[0-9]{9}$'')', name, name || '_bank_check');
    -- A connection that was given no bank sees nothing: no row is equal to NULL. The owner, who migrates, sees all.
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_bank ON %I USING ("bank" = current_setting(''saldosyn.bank'', true)) WITH CHECK ("bank" = current_setting(''saldosyn.bank'', true))', name);
  END LOOP;
END $$;
ALTER TABLE "Consent" ADD CONSTRAINT "Consent_bank_is_coveredBy" CHECK ("bank" = "coveredBy");

-- Keys, indexes and references begin with the bank: the index that finds a row is the bank's own part of it, and no row
-- can point to another bank's (row-level security does not look at references).
ALTER TABLE "Consent" DROP CONSTRAINT "Consent_subjectRef_fkey";
ALTER TABLE "Session" DROP CONSTRAINT "Session_subjectRef_fkey";
ALTER TABLE "HeldReading" DROP CONSTRAINT "HeldReading_sessionHash_fkey", DROP CONSTRAINT "HeldReading_consentId_fkey";
ALTER TABLE "ReadingSeal" DROP CONSTRAINT "ReadingSeal_readingId_fkey", DROP CONSTRAINT "ReadingSeal_sessionHash_fkey";

ALTER TABLE "Subject" DROP CONSTRAINT "Subject_pkey", ADD CONSTRAINT "Subject_pkey" PRIMARY KEY ("bank", "ref");
ALTER TABLE "Consent" DROP CONSTRAINT "Consent_pkey", ADD CONSTRAINT "Consent_pkey" PRIMARY KEY ("bank", "id");
ALTER TABLE "Session" DROP CONSTRAINT "Session_pkey", ADD CONSTRAINT "Session_pkey" PRIMARY KEY ("bank", "tokenHash");
ALTER TABLE "HeldReading" DROP CONSTRAINT "HeldReading_pkey", ADD CONSTRAINT "HeldReading_pkey" PRIMARY KEY ("bank", "id");
ALTER TABLE "ReadingSeal" DROP CONSTRAINT "ReadingSeal_pkey", ADD CONSTRAINT "ReadingSeal_pkey" PRIMARY KEY ("bank", "readingId", "sessionHash");
ALTER TABLE "TokenLease" DROP CONSTRAINT "TokenLease_pkey", ADD CONSTRAINT "TokenLease_pkey" PRIMARY KEY ("bank", "key");
ALTER TABLE "UpstreamGate" DROP CONSTRAINT "UpstreamGate_pkey", ADD CONSTRAINT "UpstreamGate_pkey" PRIMARY KEY ("bank", "upstream");
ALTER TABLE "EventFeed" DROP CONSTRAINT "EventFeed_pkey", ADD CONSTRAINT "EventFeed_pkey" PRIMARY KEY ("bank", "name");
ALTER TABLE "UsedLogoutToken" DROP CONSTRAINT "UsedLogoutToken_pkey", ADD CONSTRAINT "UsedLogoutToken_pkey" PRIMARY KEY ("bank", "jti");

DROP INDEX "Subject_fingerprint_key", "Consent_returnRefHash_key", "Consent_provider_reference_key", "Consent_subjectRef_resource_requestedAt_idx",
  "Consent_status_validTo_idx", "Consent_one_unanswered_key", "Session_idpSid_idx", "Session_expiresAt_idx", "HeldReading_sessionHash_key",
  "HeldReading_consentId_idx", "ReadingSeal_sessionHash_idx", "AuditEvent_subjectRef_at_idx";
CREATE UNIQUE INDEX "Subject_bank_fingerprint_key" ON "Subject"("bank", "fingerprint");
CREATE UNIQUE INDEX "Consent_bank_returnRefHash_key" ON "Consent"("bank", "returnRefHash");
CREATE UNIQUE INDEX "Consent_bank_reference_provider_key" ON "Consent"("bank", "reference", "provider");
CREATE INDEX "Consent_bank_subjectRef_resource_requestedAt_idx" ON "Consent"("bank", "subjectRef", "resource", "requestedAt");
-- Under row-level security an index serves a condition only if its operator is leakproof, and an enum's is not: the states
-- stand where the index is made, and not in it.
CREATE INDEX "Consent_open_validTo_idx" ON "Consent"("bank", "validTo") WHERE "status" IN ('accepted', 'requested');
CREATE UNIQUE INDEX "Consent_one_unanswered_key" ON "Consent"("bank", "subjectRef", "resource") WHERE "status" = 'requested';
CREATE INDEX "Session_bank_idpSid_idx" ON "Session"("bank", "idpSid");
CREATE INDEX "Session_bank_expiresAt_idx" ON "Session"("bank", "expiresAt");
CREATE UNIQUE INDEX "HeldReading_bank_sessionHash_key" ON "HeldReading"("bank", "sessionHash");
CREATE INDEX "HeldReading_bank_consentId_idx" ON "HeldReading"("bank", "consentId");
CREATE INDEX "ReadingSeal_bank_sessionHash_idx" ON "ReadingSeal"("bank", "sessionHash");
CREATE INDEX "AuditEvent_bank_subjectRef_at_idx" ON "AuditEvent"("bank", "subjectRef", "at");

ALTER TABLE "Consent" ADD CONSTRAINT "Consent_bank_subjectRef_fkey" FOREIGN KEY ("bank", "subjectRef") REFERENCES "Subject"("bank", "ref") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Session" ADD CONSTRAINT "Session_bank_subjectRef_fkey" FOREIGN KEY ("bank", "subjectRef") REFERENCES "Subject"("bank", "ref") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "HeldReading" ADD CONSTRAINT "HeldReading_bank_sessionHash_fkey" FOREIGN KEY ("bank", "sessionHash") REFERENCES "Session"("bank", "tokenHash") ON DELETE CASCADE ON UPDATE CASCADE,
  ADD CONSTRAINT "HeldReading_bank_consentId_fkey" FOREIGN KEY ("bank", "consentId") REFERENCES "Consent"("bank", "id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "ReadingSeal" ADD CONSTRAINT "ReadingSeal_bank_readingId_fkey" FOREIGN KEY ("bank", "readingId") REFERENCES "HeldReading"("bank", "id") ON DELETE CASCADE ON UPDATE CASCADE,
  ADD CONSTRAINT "ReadingSeal_bank_sessionHash_fkey" FOREIGN KEY ("bank", "sessionHash") REFERENCES "Session"("bank", "tokenHash") ON DELETE CASCADE ON UPDATE CASCADE;

-- A month of the audit log is reached through the log, under the log's policy. Whoever names the month itself finds it
-- shut: row-level security without a policy shows nothing to anybody but the owner.
CREATE OR REPLACE FUNCTION audit_make_partition(month date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET TimeZone = 'UTC' AS $$
DECLARE
  lo date := date_trunc('month', month);
  part text := to_char(lo, '"audit_"YYYY_MM');
BEGIN
  IF to_regclass('audit_parts.' || part) IS NOT NULL THEN RETURN; END IF;
  IF lo > now() + interval '25 months' OR lo < now() - interval '25 months' THEN RAISE EXCEPTION 'not a month of ours'; END IF;
  EXECUTE format('CREATE TABLE IF NOT EXISTS audit_parts.%I PARTITION OF public."AuditEvent" FOR VALUES FROM (%L) TO (%L)', part, lo, (lo + interval '1 month')::date);
  EXECUTE format('ALTER TABLE audit_parts.%I ENABLE ROW LEVEL SECURITY', part);
  EXECUTE format('CREATE OR REPLACE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_parts.%I FOR EACH STATEMENT EXECUTE FUNCTION public.audit_append_only()', part);
END $$;
DO $$
DECLARE month regclass;
BEGIN
  FOR month IN SELECT inhrelid FROM pg_inherits WHERE inhparent = '"AuditEvent"'::regclass LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', month);
  END LOOP;
END $$;
