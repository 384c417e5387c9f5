#!/bin/bash
# Runs once, when PostgreSQL makes its files (compose.yaml): the owner, which migrates, the app's role, which owns
# nothing, and the database. Names and passwords are the ones in the two addresses that the containers are given.
set -eu

part() { sed -nE "s#^postgres(ql)?://([^:@/]+):([^:@/]+)@[^/]+/([^?]+).*#\\$2#p" "/run/secrets/$1"; }
for secret in database_owner_url database_url; do
  [ -n "$(part "$secret" 3)" ] || { echo "secrets/$secret must look like postgresql://role:password@postgres:5432/saldosyn" >&2; exit 1; }
done

# By the environment, not by arguments: those can be read by every process.
export OWNER OWNER_PASSWORD APP APP_PASSWORD DATABASE
OWNER=$(part database_owner_url 2) OWNER_PASSWORD=$(part database_owner_url 3)
APP=$(part database_url 2) APP_PASSWORD=$(part database_url 3)
DATABASE=$(part database_owner_url 4)

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv owner OWNER
\getenv owner_password OWNER_PASSWORD
\getenv app APP
\getenv app_password APP_PASSWORD
\getenv database DATABASE
CREATE ROLE :"owner" LOGIN PASSWORD :'owner_password';
CREATE ROLE :"app" LOGIN NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD :'app_password';
CREATE DATABASE :"database" OWNER :"owner";
REVOKE TEMPORARY ON DATABASE :"database" FROM PUBLIC;
SQL
