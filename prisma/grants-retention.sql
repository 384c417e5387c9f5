-- What the role of DATABASE_RETENTION_URL may do, after every migration, as the owner: ask that months of the audit log
-- which are past their time leave it. It reads and writes nothing.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM :"retention_role";
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM :"retention_role";
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM :"retention_role";
GRANT USAGE ON SCHEMA public TO :"retention_role";
GRANT EXECUTE ON FUNCTION audit_detach_due() TO :"retention_role";
