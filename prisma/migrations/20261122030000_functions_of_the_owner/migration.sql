-- By hand, as everything here: what Prisma’s schema cannot say. A function that runs as the owner looks in the caller's
-- temporary tables last. Unless they are named they come first, before the catalogue itself: whoever calls it could put a view
-- in the place of pg_inherits, and have their own code run as the owner.
ALTER FUNCTION audit_make_partition(date) SET search_path = pg_catalog, public, pg_temp;

-- As before, but for that; for the time of its line in the log, which is when it is written; and for the order. Everything that
-- takes long is done before the first month is detached: from then on to the commit nobody can write to the log.
CREATE OR REPLACE FUNCTION audit_detach_due() RETURNS TABLE ("month" text, "detached" boolean, "bank" text, "keptFrom" bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET TimeZone = 'UTC' SET lock_timeout = '2s' AS $$
#variable_conflict use_column
DECLARE
  part text;
  due text[] := '{}';
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
    -- From where the verifier is to judge what is left: a size that was signed.
    RETURN QUERY EXECUTE format($f$
      SELECT %1$L, true, p."bank", (SELECT min(c."size") FROM public."AuditCheckpoint" c WHERE c."bank" = p."bank" AND c."size" > p.last)
      FROM (SELECT s."bank", max(s."position") AS last FROM audit_parts.%2$I e JOIN public."AuditSeal" s ON s."bank" = e."bank" AND s."eventId" = e."id" GROUP BY 1) p$f$, month, part);
    EXECUTE format($f$
      INSERT INTO public."AuditEvent" ("bank", "at", "type", "actor", "outcome", "correlationId")
      SELECT b."bank", clock_timestamp(), 'retention.removed', 'system', 'audit-months-1', regexp_replace(upper(substr(md5(b."bank" || %1$L || now()), 1, 12)), '(.{4})(.{4})', '\1-\2-')
      FROM (SELECT DISTINCT "bank" FROM audit_parts.%1$I) b$f$, part);
    due := due || part;
  END LOOP;
  FOREACH part IN ARRAY due LOOP
    EXECUTE format('ALTER TABLE public."AuditEvent" DETACH PARTITION audit_parts.%I', part);
    EXECUTE format('CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit_parts.%I FOR EACH ROW EXECUTE FUNCTION public.audit_append_only()', part);
    EXECUTE format('ALTER TABLE audit_parts.%I SET SCHEMA audit_detached', part);
  END LOOP;
END $$;
