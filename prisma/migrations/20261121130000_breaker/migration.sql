-- AlterTable
ALTER TABLE "UpstreamGate" ADD COLUMN     "failures" SMALLINT NOT NULL DEFAULT 0,
ADD COLUMN     "firstFailureAt" TIMESTAMPTZ(3),
ALTER COLUMN "closedUntil" DROP NOT NULL;
