-- As before, but for the order: when two shares of one person end in one transaction, what is written of the first is not the cause of the
-- second. A share's own end is its cause only when the transaction tells of nothing else that could be.
CREATE OR REPLACE FUNCTION share_ends_with_its_seal() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  share "Share"%ROWTYPE;
  cause "AuditEvent"%ROWTYPE;
BEGIN
  SELECT * INTO share FROM "Share" WHERE "bank" = OLD."bank" AND "id" = OLD."shareId" AND "endedAt" IS NULL;
  IF NOT FOUND THEN RETURN NULL; END IF;
  SELECT * INTO cause FROM "AuditEvent"
    WHERE "bank" = OLD."bank" AND "xid" = pg_current_xact_id()::text::bigint AND (
      "subjectRef" = share."subjectRef" AND "type" IN ('share.ended', 'session.ended', 'consent.closed')
      OR "actor" = 'staff:' || share."staffRef" AND "type" IN ('staff-session.ended', 'staff-session.roles-changed'))
    ORDER BY "type" = 'share.ended', "id" DESC LIMIT 1;
  UPDATE "Share" SET "endedAt" = greatest(coalesce(cause."at", clock_timestamp()), "openedAt", "createdAt"), "end" = CASE
      WHEN cause."type" = 'share.ended' THEN cause."outcome"
      WHEN cause."type" = 'session.ended' AND cause."outcome" IN ('idle', 'absolute') THEN 'timed-out'
      WHEN cause."type" = 'session.ended' THEN 'logged-out'
      WHEN cause."type" = 'consent.closed' THEN 'consent-' || cause."outcome"
      WHEN cause."type" LIKE 'staff-session.%' THEN 'adviser-left'
      ELSE 'lost' END
    WHERE "bank" = share."bank" AND "id" = share."id" RETURNING * INTO share;
  IF cause."type" IS DISTINCT FROM 'share.ended' THEN
    INSERT INTO "AuditEvent" ("bank", "at", "type", "actor", "subjectRef", "consentId", "outcome", "correlationId")
    VALUES (share."bank", share."endedAt", 'share.ended', coalesce(cause."actor", 'system'), share."subjectRef", share."consentId", share."end",
      coalesce(cause."correlationId", regexp_replace(upper(substr(replace(gen_random_uuid()::text, '-', ''), 1, 12)), '(.{4})(.{4})', '\1-\2-')));
  END IF;
  RETURN NULL;
END $$;
