-- Requests that nobody answered, by their age: a job asks for them every minute, and without it would look at every
-- consent there has ever been. By hand: a partial index is nothing that Prisma's schema can say.
CREATE INDEX "Consent_unanswered_requestedAt_idx" ON "Consent"("bank", "requestedAt") WHERE "status" = 'requested';
