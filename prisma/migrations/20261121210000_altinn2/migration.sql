-- AlterEnum
ALTER TYPE "Provider" ADD VALUE 'altinn2';
