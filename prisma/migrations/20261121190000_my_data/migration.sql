-- Which words a person read before they answered: the language, and the bank's name as it stood in them.
ALTER TABLE "Consent" ADD COLUMN "noticeLanguage" TEXT,
ADD COLUMN "coveredByName" TEXT;

-- A person who is erased: the row and its random name stay, for consents point at it; who it was is gone.
ALTER TABLE "Subject" ADD COLUMN "erasedAt" TIMESTAMPTZ(3),
ALTER COLUMN "nationalIdSealed" DROP NOT NULL,
ALTER COLUMN "fingerprint" DROP NOT NULL;

-- By hand: a row either knows who it is, or has been erased and knows nothing.
ALTER TABLE "Subject" ADD CONSTRAINT "Subject_known_or_erased_check"
  CHECK (("erasedAt" IS NULL) = ("nationalIdSealed" IS NOT NULL) AND ("erasedAt" IS NULL) = ("fingerprint" IS NOT NULL));
