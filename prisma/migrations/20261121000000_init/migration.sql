-- CreateEnum
CREATE TYPE "Provider" AS ENUM ('altinn3');

-- CreateEnum
CREATE TYPE "ConsentStatus" AS ENUM ('requested', 'accepted', 'rejected', 'revoked', 'expired');

-- CreateEnum
CREATE TYPE "SessionKind" AS ENUM ('applicant');

-- CreateTable
CREATE TABLE "Subject" (
    "ref" UUID NOT NULL,
    "nationalIdSealed" TEXT NOT NULL,
    "fingerprint" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Subject_pkey" PRIMARY KEY ("ref")
);

-- CreateTable
CREATE TABLE "Consent" (
    "id" UUID NOT NULL,
    "provider" "Provider" NOT NULL,
    "reference" TEXT NOT NULL,
    "resource" TEXT NOT NULL,
    "coveredBy" TEXT NOT NULL,
    "handledBy" TEXT,
    "subjectRef" UUID NOT NULL,
    "status" "ConsentStatus" NOT NULL,
    "validTo" TIMESTAMPTZ(3) NOT NULL,
    "requestedAt" TIMESTAMPTZ(3) NOT NULL,
    "settledAt" TIMESTAMPTZ(3),
    "sourceKnowsSince" TIMESTAMPTZ(3),
    "lastReadAt" TIMESTAMPTZ(3),
    "noticeVersion" TEXT NOT NULL,
    "returnRefHash" BYTEA NOT NULL,

    CONSTRAINT "Consent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "tokenHash" BYTEA NOT NULL,
    "kind" "SessionKind" NOT NULL,
    "subjectRef" UUID NOT NULL,
    "idpSid" TEXT NOT NULL,
    "acr" TEXT NOT NULL,
    "idTokenSealed" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "readingUntil" TIMESTAMPTZ(3),
    "readAt" TIMESTAMPTZ(3),
    "readFailure" TEXT,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("tokenHash")
);

-- CreateTable
CREATE UNLOGGED TABLE "HeldReading" (
    "id" UUID NOT NULL,
    "sessionHash" BYTEA NOT NULL,
    "consentId" UUID NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "fetchedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "HeldReading_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE UNLOGGED TABLE "ReadingSeal" (
    "readingId" UUID NOT NULL,
    "sessionHash" BYTEA NOT NULL,
    "sealedKey" BYTEA NOT NULL,

    CONSTRAINT "ReadingSeal_pkey" PRIMARY KEY ("readingId","sessionHash")
);

-- CreateTable
CREATE UNLOGGED TABLE "TokenLease" (
    "key" TEXT NOT NULL,
    "epoch" BIGINT NOT NULL DEFAULT 0,
    "leaseUntil" TIMESTAMPTZ(3) NOT NULL,
    "tokenSealed" TEXT,
    "expiresAt" TIMESTAMPTZ(3),

    CONSTRAINT "TokenLease_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "UpstreamGate" (
    "upstream" TEXT NOT NULL,
    "closedUntil" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "UpstreamGate_pkey" PRIMARY KEY ("upstream")
);

-- CreateTable
CREATE TABLE "UsedLogoutToken" (
    "jti" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "UsedLogoutToken_pkey" PRIMARY KEY ("jti")
);

-- CreateTable
CREATE TABLE "AuditEvent" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "type" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "subjectRef" UUID,
    "consentId" UUID,
    "outcome" TEXT,
    "correlationId" TEXT NOT NULL,

    CONSTRAINT "AuditEvent_pkey" PRIMARY KEY ("at","id"),
    -- Words of our own only: no sentence, number or address finds its way into the log.
    CONSTRAINT "AuditEvent_type_check" CHECK ("type" ~ '^[a-z-]{1,40}\.[a-z-]{1,40}$'),
    CONSTRAINT "AuditEvent_actor_check" CHECK ("actor" ~ '^[a-z-]{1,40}$'),
    CONSTRAINT "AuditEvent_outcome_check" CHECK ("outcome" ~ '^[a-z0-9-]{1,60}$' AND "outcome" !~ '[0-9]{4}'),
    CONSTRAINT "AuditEvent_correlationId_check" CHECK ("correlationId" ~ '^[0-9A-Z]{4}(-[0-9A-Z]{4}){2}$')
) PARTITION BY RANGE ("at");

-- CreateIndex
CREATE UNIQUE INDEX "Subject_fingerprint_key" ON "Subject"("fingerprint");

-- CreateIndex
CREATE UNIQUE INDEX "Consent_returnRefHash_key" ON "Consent"("returnRefHash");

-- CreateIndex
CREATE INDEX "Consent_subjectRef_resource_requestedAt_idx" ON "Consent"("subjectRef", "resource", "requestedAt");

-- CreateIndex
CREATE INDEX "Session_idpSid_idx" ON "Session"("idpSid");

-- CreateIndex
CREATE INDEX "Session_expiresAt_idx" ON "Session"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "HeldReading_sessionHash_key" ON "HeldReading"("sessionHash");

-- CreateIndex
CREATE INDEX "HeldReading_consentId_idx" ON "HeldReading"("consentId");

-- CreateIndex
CREATE INDEX "ReadingSeal_sessionHash_idx" ON "ReadingSeal"("sessionHash");

-- CreateIndex
CREATE INDEX "AuditEvent_subjectRef_at_idx" ON "AuditEvent"("subjectRef", "at");

-- AddForeignKey
ALTER TABLE "Consent" ADD CONSTRAINT "Consent_subjectRef_fkey" FOREIGN KEY ("subjectRef") REFERENCES "Subject"("ref") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_subjectRef_fkey" FOREIGN KEY ("subjectRef") REFERENCES "Subject"("ref") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "HeldReading" ADD CONSTRAINT "HeldReading_sessionHash_fkey" FOREIGN KEY ("sessionHash") REFERENCES "Session"("tokenHash") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "HeldReading" ADD CONSTRAINT "HeldReading_consentId_fkey" FOREIGN KEY ("consentId") REFERENCES "Consent"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ReadingSeal" ADD CONSTRAINT "ReadingSeal_readingId_fkey" FOREIGN KEY ("readingId") REFERENCES "HeldReading"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ReadingSeal" ADD CONSTRAINT "ReadingSeal_sessionHash_fkey" FOREIGN KEY ("sessionHash") REFERENCES "Session"("tokenHash") ON DELETE CASCADE ON UPDATE CASCADE;



-- By hand from here: what Prisma's schema cannot say. prisma/by-hand.test.ts holds the database to it.

-- A person has at most one unanswered request for a resource: a double click asks once.
CREATE UNIQUE INDEX "Consent_one_unanswered_key" ON "Consent"("subjectRef", "resource", "coveredBy") WHERE "status" = 'requested';

-- The audit log grows and does nothing else.
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'AuditEvent is append-only' USING ERRCODE = '42501';
END $$;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON "AuditEvent" FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON "AuditEvent" FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

-- One partition a month, in a schema of their own. The app's role may call this, and can make nothing else.
CREATE SCHEMA audit_parts;
CREATE FUNCTION audit_make_partition(month date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET TimeZone = 'UTC' AS $$
DECLARE
  lo date := date_trunc('month', month);
  part text := to_char(lo, '"audit_"YYYY_MM');
BEGIN
  IF to_regclass('audit_parts.' || part) IS NOT NULL THEN RETURN; END IF;
  IF lo > now() + interval '25 months' OR lo < now() - interval '25 months' THEN RAISE EXCEPTION 'not a month of ours'; END IF;
  EXECUTE format('CREATE TABLE IF NOT EXISTS audit_parts.%I PARTITION OF public."AuditEvent" FOR VALUES FROM (%L) TO (%L)', part, lo, (lo + interval '1 month')::date);
  EXECUTE format('CREATE OR REPLACE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_parts.%I FOR EACH STATEMENT EXECUTE FUNCTION public.audit_append_only()', part);
END $$;
REVOKE ALL ON FUNCTION audit_make_partition(date) FROM PUBLIC;
SELECT audit_make_partition((date_trunc('month', now()) + n * interval '1 month')::date) FROM generate_series(0, 12) AS n;
