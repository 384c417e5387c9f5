-- CreateTable
CREATE TABLE "StaffMember" (
    "bank" TEXT NOT NULL DEFAULT current_setting('saldosyn.bank'::text),
    "ref" UUID NOT NULL,
    "fingerprint" BYTEA NOT NULL,
    "nameSealed" TEXT,
    "unit" TEXT,
    "nationalIdFingerprint" BYTEA,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "lastLogInAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "StaffMember_pkey" PRIMARY KEY ("bank","ref")
);

-- CreateTable
CREATE TABLE "StaffSession" (
    "bank" TEXT NOT NULL DEFAULT current_setting('saldosyn.bank'::text),
    "tokenHash" BYTEA NOT NULL,
    "staffRef" UUID NOT NULL,
    "roles" TEXT[],
    "unit" TEXT,
    "idpSid" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "checkedAt" TIMESTAMPTZ(3) NOT NULL,
    "checkingUntil" TIMESTAMPTZ(3),
    "tokensSealed" BYTEA NOT NULL,

    CONSTRAINT "StaffSession_pkey" PRIMARY KEY ("bank","tokenHash")
);

-- CreateTable
CREATE TABLE "ProtectedPerson" (
    "bank" TEXT NOT NULL DEFAULT current_setting('saldosyn.bank'::text),
    "fingerprint" BYTEA NOT NULL,
    "addedAt" TIMESTAMPTZ(3) NOT NULL,
    "addedBy" UUID NOT NULL,

    CONSTRAINT "ProtectedPerson_pkey" PRIMARY KEY ("bank","fingerprint")
);

-- CreateIndex
CREATE UNIQUE INDEX "StaffMember_bank_fingerprint_key" ON "StaffMember"("bank", "fingerprint");

-- CreateIndex
CREATE INDEX "StaffSession_bank_staffRef_idx" ON "StaffSession"("bank", "staffRef");

-- CreateIndex
CREATE INDEX "StaffSession_bank_idpSid_idx" ON "StaffSession"("bank", "idpSid");

-- CreateIndex
CREATE INDEX "StaffSession_bank_expiresAt_idx" ON "StaffSession"("bank", "expiresAt");

-- AddForeignKey
ALTER TABLE "StaffSession" ADD CONSTRAINT "StaffSession_bank_staffRef_fkey" FOREIGN KEY ("bank", "staffRef") REFERENCES "StaffMember"("bank", "ref") ON DELETE CASCADE ON UPDATE CASCADE;



-- By hand from here: what Prisma's schema cannot say. prisma/by-hand.test.ts holds the database to it.

-- Nobody is logged in without a role, and nobody has one that we do not know.
ALTER TABLE "StaffSession"
  ALTER COLUMN "roles" SET NOT NULL,
  ADD CONSTRAINT "StaffSession_roles_check" CHECK (cardinality("roles") > 0 AND "roles" <@ ARRAY['adviser', 'auditor', 'admin']);

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['StaffMember', 'StaffSession', 'ProtectedPerson'] LOOP
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK ("bank" ~ ''^[0-9]{9}$'')', name, name || '_bank_check');
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_bank ON %I USING ("bank" = current_setting(''saldosyn.bank'', true)) WITH CHECK ("bank" = current_setting(''saldosyn.bank'', true))', name);
  END LOOP;
END $$;

-- An employee acts under a random name: a word, and after it a UUID.
ALTER TABLE "AuditEvent"
  DROP CONSTRAINT "AuditEvent_actor_check",
  ADD CONSTRAINT "AuditEvent_actor_check" CHECK ("actor" ~ '^([a-z-]{1,40}|staff:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$');
