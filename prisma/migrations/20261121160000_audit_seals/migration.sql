-- Which transaction wrote an event: what the sealer finds new events by. A number from the sequence will not do, since
-- numbers are given out before transactions commit. Rows that were there before need none.
ALTER TABLE "AuditEvent" ADD COLUMN "xid" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "AuditEvent" ALTER COLUMN "xid" SET DEFAULT ((pg_current_xact_id())::text)::bigint;

-- CreateTable
CREATE TABLE "AuditSeal" (
    "bank" TEXT NOT NULL DEFAULT current_setting('saldosyn.bank'::text),
    "position" BIGINT NOT NULL,
    "eventId" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "leafHash" BYTEA NOT NULL,

    CONSTRAINT "AuditSeal_pkey" PRIMARY KEY ("bank","position")
);

-- CreateTable
CREATE TABLE "AuditCheckpoint" (
    "bank" TEXT NOT NULL DEFAULT current_setting('saldosyn.bank'::text),
    "number" BIGINT NOT NULL,
    "size" BIGINT NOT NULL,
    "root" BYTEA NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "complete" TIMESTAMPTZ(3) NOT NULL,
    "previous" BYTEA NOT NULL,
    "keyId" BYTEA NOT NULL,
    "signature" BYTEA NOT NULL,
    "frontier" BYTEA NOT NULL,
    "sealedBelow" BIGINT NOT NULL,

    CONSTRAINT "AuditCheckpoint_pkey" PRIMARY KEY ("bank","number")
);

-- CreateIndex
CREATE INDEX "AuditEvent_bank_xid_idx" ON "AuditEvent"("bank", "xid");

-- CreateIndex
CREATE UNIQUE INDEX "AuditSeal_bank_eventId_key" ON "AuditSeal"("bank", "eventId");



-- By hand from here: what Prisma's schema cannot say. prisma/by-hand.test.ts holds the database to it.

ALTER TABLE "AuditSeal"
  ADD CONSTRAINT "AuditSeal_bank_check" CHECK ("bank" ~ '^[0-9]{9}$'),
  ADD CONSTRAINT "AuditSeal_position_check" CHECK ("position" >= 0),
  ADD CONSTRAINT "AuditSeal_leafHash_check" CHECK (octet_length("leafHash") = 32);
ALTER TABLE "AuditCheckpoint"
  ADD CONSTRAINT "AuditCheckpoint_bank_check" CHECK ("bank" ~ '^[0-9]{9}$'),
  ADD CONSTRAINT "AuditCheckpoint_number_check" CHECK ("number" > 0 AND "size" >= 0),
  ADD CONSTRAINT "AuditCheckpoint_lengths_check" CHECK (octet_length("root") = 32 AND octet_length("previous") = 32 AND octet_length("keyId") = 4 AND octet_length("signature") = 64);

ALTER TABLE "AuditSeal" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "AuditCheckpoint" ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_bank ON "AuditSeal" USING ("bank" = current_setting('saldosyn.bank', true)) WITH CHECK ("bank" = current_setting('saldosyn.bank', true));
CREATE POLICY own_bank ON "AuditCheckpoint" USING ("bank" = current_setting('saldosyn.bank', true)) WITH CHECK ("bank" = current_setting('saldosyn.bank', true));

-- Seals and checkpoints grow and do nothing else, as the log itself.
CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', CASE TG_TABLE_SCHEMA WHEN 'audit_parts' THEN 'AuditEvent' ELSE TG_TABLE_NAME END USING ERRCODE = '42501';
END $$;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON "AuditSeal" FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON "AuditSeal" FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON "AuditCheckpoint" FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON "AuditCheckpoint" FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
