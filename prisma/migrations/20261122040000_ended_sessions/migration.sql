-- CreateTable
CREATE UNLOGGED TABLE "EndedSession" (
    "bank" TEXT NOT NULL DEFAULT current_setting('saldosyn.bank'::text),
    "tokenHash" BYTEA NOT NULL,
    "reason" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "EndedSession_pkey" PRIMARY KEY ("bank","tokenHash")
);

-- CreateIndex
CREATE INDEX "EndedSession_bank_until_idx" ON "EndedSession"("bank", "until");



-- By hand from here: what Prisma's schema cannot say.

ALTER TABLE "EndedSession" ADD CONSTRAINT "EndedSession_bank_check" CHECK ("bank" ~ '^[0-9]{9}$');
ALTER TABLE "EndedSession" ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_bank ON "EndedSession" USING ("bank" = current_setting('saldosyn.bank', true)) WITH CHECK ("bank" = current_setting('saldosyn.bank', true));
