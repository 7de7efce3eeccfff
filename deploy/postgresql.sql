-- Makes the accounts and databases of an installation; run it again and nothing changes but the passwords.
-- Passwords come from the environment, so that no list of processes shows them:
--   OWNER_PASSWORD=… APPLICATION_PASSWORD=… PREFECT_PASSWORD=… psql --file deploy/postgresql.sql postgres
\set ON_ERROR_STOP on
SET client_min_messages = warning; -- what is there already is no news
\getenv owner_password OWNER_PASSWORD
\getenv application_password APPLICATION_PASSWORD
\getenv prefect_password PREFECT_PASSWORD

SELECT 'CREATE ROLE ' || name || CASE WHEN name = 'avtaleflyt_application' THEN ' NOLOGIN' ELSE ' LOGIN' END
FROM unnest(ARRAY['avtaleflyt_owner', 'avtaleflyt_application', 'avtaleflyt', 'prefect']) AS wanted (name)
WHERE name NOT IN (SELECT rolname FROM pg_roles) \gexec
GRANT avtaleflyt_application TO avtaleflyt;
ALTER ROLE avtaleflyt_owner PASSWORD :'owner_password';
ALTER ROLE avtaleflyt PASSWORD :'application_password';
ALTER ROLE prefect PASSWORD :'prefect_password';

SELECT 'CREATE DATABASE avtaleflyt OWNER avtaleflyt_owner'
WHERE 'avtaleflyt' NOT IN (SELECT datname FROM pg_database) \gexec
SELECT 'CREATE DATABASE prefect OWNER prefect' WHERE 'prefect' NOT IN (SELECT datname FROM pg_database) \gexec
REVOKE CONNECT ON DATABASE avtaleflyt FROM PUBLIC;
REVOKE CONNECT ON DATABASE prefect FROM PUBLIC;
GRANT CONNECT ON DATABASE avtaleflyt TO avtaleflyt_application;
