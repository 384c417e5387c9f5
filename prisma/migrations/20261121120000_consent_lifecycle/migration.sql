-- AlterTable
ALTER TABLE "Consent" ADD COLUMN     "sourceKnowsVia" TEXT,
ADD COLUMN     "stoppedHereAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "EventFeed" (
    "name" TEXT NOT NULL,
    "readUpTo" TIMESTAMPTZ(3) NOT NULL,
    "askedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "EventFeed_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE UNIQUE INDEX "Consent_provider_reference_key" ON "Consent"("provider", "reference");

-- CreateIndex
CREATE INDEX "Consent_status_validTo_idx" ON "Consent"("status", "validTo");
