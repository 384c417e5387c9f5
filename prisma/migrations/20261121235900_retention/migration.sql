-- What the job run-retention looks for, by age. By hand, as everything here: Prisma's schema cannot say it.
CREATE INDEX "Consent_closed_idx" ON "Consent"("bank", "settledAt") WHERE "status" IN ('rejected', 'revoked', 'expired');
CREATE INDEX "Share_ended_idx" ON "Share"("bank", "endedAt") WHERE "endedAt" IS NOT NULL;
CREATE INDEX "Subject_erased_idx" ON "Subject"("bank", "erasedAt") WHERE "erasedAt" IS NOT NULL;
