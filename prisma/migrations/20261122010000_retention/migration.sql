-- By hand, as everything here: what Prisma’s schema cannot say. What the job run-retention looks for, by age.
CREATE INDEX "Consent_closed_idx" ON "Consent"("bank", "settledAt") WHERE "status" IN ('rejected', 'revoked', 'expired');
CREATE INDEX "Share_ended_idx" ON "Share"("bank", "endedAt") WHERE "endedAt" IS NOT NULL;
CREATE INDEX "Subject_erased_idx" ON "Subject"("bank", "erasedAt") WHERE "erasedAt" IS NOT NULL;

-- Months of the audit log that are past their time leave the log for a schema of their own, whole. Takes no argument:
-- whoever may call it can choose nothing. A month goes when it ended sixty months ago (lib/retention/policy.ts has the same
-- number) and each event in it stands in its bank's signed tree; another stays, and is told of. What is taken out is for the
-- owner to keep elsewhere and to drop.
CREATE SCHEMA audit_detached;
CREATE FUNCTION audit_detach_due() RETURNS TABLE ("month" text, "detached" boolean, "bank" text, "keptFrom" bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET TimeZone = 'UTC' SET lock_timeout = '2s' AS $$
#variable_conflict use_column
DECLARE part text;
BEGIN
  FOR part IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'public."AuditEvent"'::regclass AND c.relnamespace = 'audit_parts'::regnamespace AND c.relname ~ '^audit_[0-9]{4}_[0-9]{2}$'
      AND to_date(c.relname, '"audit_"YYYY_MM') + interval '1 month' <= now() - interval '60 months'
    ORDER BY 1
  LOOP
    EXECUTE format('LOCK TABLE audit_parts.%I IN SHARE MODE', part);
    month := replace(substr(part, 7), '_', '-');
    EXECUTE format($f$
      WITH tree AS (
        SELECT b."bank", (SELECT c."size" FROM public."AuditCheckpoint" c WHERE c."bank" = b."bank" ORDER BY c."number" DESC LIMIT 1) AS size
        FROM (SELECT DISTINCT "bank" FROM audit_parts.%1$I) b)
      SELECT NOT EXISTS (
        SELECT FROM audit_parts.%1$I e JOIN tree t ON t."bank" = e."bank"
        LEFT JOIN public."AuditSeal" s ON s."bank" = e."bank" AND s."eventId" = e."id" AND s."at" = e."at"
        WHERE s."position" IS NULL OR t.size IS NULL OR s."position" >= t.size)$f$, part) INTO detached;
    IF NOT detached THEN
      bank := NULL; "keptFrom" := NULL;
      RETURN NEXT;
      CONTINUE;
    END IF;
    EXECUTE format('ALTER TABLE public."AuditEvent" DETACH PARTITION audit_parts.%I', part);
    EXECUTE format('CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit_parts.%I FOR EACH ROW EXECUTE FUNCTION public.audit_append_only()', part);
    EXECUTE format('ALTER TABLE audit_parts.%I SET SCHEMA audit_detached', part);
    EXECUTE format($f$
      INSERT INTO public."AuditEvent" ("bank", "at", "type", "actor", "outcome", "correlationId")
      SELECT b."bank", now(), 'retention.removed', 'system', 'audit-months-1', regexp_replace(upper(substr(md5(b."bank" || %1$L || now()), 1, 12)), '(.{4})(.{4})', '\1-\2-')
      FROM (SELECT DISTINCT "bank" FROM audit_detached.%1$I) b$f$, part);
    -- From where the verifier is to judge what is left: a size that was signed.
    RETURN QUERY EXECUTE format($f$
      SELECT %1$L, true, p."bank", (SELECT min(c."size") FROM public."AuditCheckpoint" c WHERE c."bank" = p."bank" AND c."size" > p.last)
      FROM (SELECT s."bank", max(s."position") AS last FROM audit_detached.%2$I e JOIN public."AuditSeal" s ON s."bank" = e."bank" AND s."eventId" = e."id" GROUP BY 1) p$f$, month, part);
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION audit_detach_due() FROM PUBLIC;
