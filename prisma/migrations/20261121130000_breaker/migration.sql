-- A gate is a matter of minutes: it may be forgotten in a crash, and need not be copied or backed up.
DROP TABLE "UpstreamGate";
CREATE UNLOGGED TABLE "UpstreamGate" (
    "upstream" TEXT NOT NULL,
    "closedUntil" TIMESTAMPTZ(3),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "firstFailureAt" TIMESTAMPTZ(3),

    CONSTRAINT "UpstreamGate_pkey" PRIMARY KEY ("upstream")
);
