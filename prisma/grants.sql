-- What the app's role may do, after every migration, as the owner. It owns nothing and makes nothing.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM :"app_role";
GRANT USAGE ON SCHEMA public TO :"app_role";
GRANT SELECT, INSERT, UPDATE, DELETE ON "Subject", "Consent", "Session", "HeldReading", "ReadingSeal", "TokenLease", "UpstreamGate", "EventFeed", "UsedLogoutToken", "EndedSession", "Share", "ShareSeal", "Invitation", "TryCount", "StaffMember", "StaffSession", "ProtectedPerson", "UpstreamSight" TO :"app_role";
GRANT SELECT, INSERT ON "AuditEvent", "AuditSeal", "AuditCheckpoint" TO :"app_role";
GRANT USAGE ON SEQUENCE "AuditEvent_id_seq" TO :"app_role";
GRANT EXECUTE ON FUNCTION audit_make_partition(date) TO :"app_role";
GRANT SELECT ON "_prisma_migrations" TO :"app_role";

-- The job queue (graphile-worker) keeps its tables in a schema of its own, under row-level security.
GRANT USAGE ON SCHEMA graphile_worker TO :"app_role";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA graphile_worker TO :"app_role";
GRANT USAGE ON ALL SEQUENCES IN SCHEMA graphile_worker TO :"app_role";
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA graphile_worker TO :"app_role";
DO $$
DECLARE queue regclass;
BEGIN
  FOR queue IN SELECT oid FROM pg_class WHERE relnamespace = 'graphile_worker'::regnamespace AND relrowsecurity LOOP
    EXECUTE format('DROP POLICY IF EXISTS saldosyn ON %s', queue);
    EXECUTE format('CREATE POLICY saldosyn ON %s TO %s USING (true) WITH CHECK (true)', queue, $role$:"app_role"$role$);
  END LOOP;
END $$;
