-- The database and its two roles; run by a superuser with psql, any number of times.
--
-- wfhserver_owner   owns the tables and changes them: upgrades run as it. Nobody logs in as it.
-- wfhserver         the server: reads and writes rows. It makes and drops the day partitions through
--                   two functions of the owner, and may make or change nothing else.
\set ON_ERROR_STOP on
\if :{?database}
\else
  \set database wfhserver
\endif

SELECT 'CREATE ROLE wfhserver_owner NOLOGIN'
 WHERE to_regrole('wfhserver_owner') IS NULL \gexec
SELECT 'CREATE ROLE wfhserver LOGIN'
 WHERE to_regrole('wfhserver') IS NULL \gexec
SELECT format('CREATE DATABASE %I OWNER wfhserver_owner ENCODING ''UTF8'' TEMPLATE template0',
              :'database')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO wfhserver;

\connect :"database"
ALTER SCHEMA public OWNER TO wfhserver_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO wfhserver;
-- What later versions bring is covered as well.
ALTER DEFAULT PRIVILEGES FOR ROLE wfhserver_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO wfhserver;
ALTER DEFAULT PRIVILEGES FOR ROLE wfhserver_owner IN SCHEMA public
  GRANT EXECUTE ON FUNCTIONS TO wfhserver;
