-- CreateTable
CREATE UNLOGGED TABLE "UpstreamSight" (
    "bank" TEXT NOT NULL DEFAULT current_setting('saldosyn.bank'::text),
    "upstream" TEXT NOT NULL,
    "okAt" TIMESTAMPTZ(3),
    "answeredAt" TIMESTAMPTZ(3),
    "failedAt" TIMESTAMPTZ(3),
    "failure" TEXT,
    "skewSeconds" SMALLINT,
    "refusedKey" TEXT,

    CONSTRAINT "UpstreamSight_pkey" PRIMARY KEY ("bank","upstream")
);



-- By hand from here: what Prisma's schema cannot say.

ALTER TABLE "UpstreamSight" ADD CONSTRAINT "UpstreamSight_bank_check" CHECK ("bank" ~ '^[0-9]{9}$');
ALTER TABLE "UpstreamSight" ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_bank ON "UpstreamSight" USING ("bank" = current_setting('saldosyn.bank', true)) WITH CHECK ("bank" = current_setting('saldosyn.bank', true));
