-- What the app's role may do, after every migration, as the owner. It owns nothing and makes nothing.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM :"app_role";
GRANT USAGE ON SCHEMA public TO :"app_role";
GRANT SELECT, INSERT, UPDATE, DELETE ON "Subject", "Consent", "Session", "HeldReading", "ReadingSeal", "TokenLease", "UpstreamGate", "UsedLogoutToken" TO :"app_role";
GRANT SELECT, INSERT ON "AuditEvent" TO :"app_role";
GRANT USAGE ON SEQUENCE "AuditEvent_id_seq" TO :"app_role";
GRANT EXECUTE ON FUNCTION audit_make_partition(date) TO :"app_role";
GRANT SELECT ON "_prisma_migrations" TO :"app_role";
