-- AlterTable
ALTER TABLE "Consent" ADD COLUMN "handledByName" TEXT;
