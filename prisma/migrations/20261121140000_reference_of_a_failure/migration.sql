-- AlterTable
ALTER TABLE "Session" ADD COLUMN     "readReference" TEXT;
