-- CreateEnum
CREATE TYPE "ExchangeMark" AS ENUM ('begun', 'given', 'used', 'lost', 'spent');

-- AlterTable
ALTER TABLE "Consent" ADD COLUMN     "exchange" "ExchangeMark",
ADD COLUMN     "exchangeAt" TIMESTAMPTZ(3);
