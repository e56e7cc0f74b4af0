# 067_escalation.pl
#	Nobody's code runs as somebody with more rights: triggers on annoqa's tables, a
#	gold relation that is swapped under a trigger, casts of a column's type.

use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('escalation');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\n");
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE ROLE installer LOGIN;
CREATE ROLE app LOGIN;
CREATE ROLE labeler LOGIN;
CREATE DATABASE project OWNER installer;
SQL

sub as
{
	my ($role, $sql) = @_;
	my ($out, $err) = ('', '');

	$node->psql('project', $sql,
		stdout => \$out,
		stderr => \$err,
		extra_params => $role ? [ '-U', $role ] : []);
	return $err =~ /(ERROR|WARNING):  (.*)/ ? "$1: $2" : $out;
}

sub superusers
{
	return $node->safe_psql('project', "SELECT string_agg(rolname, ',') FROM pg_roles WHERE rolsuper AND rolname IN ('installer', 'app', 'labeler')");
}

# who installs may write the tables, and set no trigger on them
as('installer', <<'SQL');
CREATE EXTENSION annoqa;
CREATE FUNCTION public.reach() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	ALTER ROLE installer SUPERUSER; RETURN coalesce(new, old); END $$;
SQL
is( $node->safe_psql('project', <<'SQL'),
SELECT count(*) FROM pg_class AS c CROSS JOIN LATERAL aclexplode(c.relacl) AS a
WHERE c.relnamespace = 'annoqa'::regnamespace AND a.grantee <> c.relowner AND a.privilege_type IN ('TRIGGER', 'REFERENCES')
SQL
	'0', 'no right to set triggers on tables of annoqa');
like(as('installer', 'CREATE TRIGGER t BEFORE UPDATE ON annoqa.adjudication FOR EACH ROW EXECUTE FUNCTION public.reach()'),
	qr/^ERROR: permission denied for table adjudication/, 'nor is one set');

# a view in the place of the gold relation
$node->safe_psql('project', <<'SQL');
SET client_min_messages = error;
CREATE SCHEMA app AUTHORIZATION app;
GRANT USAGE ON SCHEMA app TO PUBLIC;
CREATE TABLE public.labels (item int, who text, label text);
GRANT INSERT ON public.labels TO labeler;
CREATE TABLE app.gold (item int PRIMARY KEY, label text);
INSERT INTO app.gold SELECT i, 'x' FROM generate_series(1, 50) AS i;
SELECT annoqa.create_source('s', 'public.labels', 'item', 'who', 'label', gold_relation => 'app.gold');
SELECT annoqa.create_rule('s', preset => 'gold accuracy below 0.85');
SELECT annoqa.watch('s');
SQL
my $plan_first = "INSERT INTO public.labels VALUES (1, 'a', 'x')";
is(as('labeler', "$plan_first; $plan_first"), '', 'a labeler writes');
as('app', <<'SQL');
CREATE FUNCTION app.reach(int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN ALTER ROLE app SUPERUSER; RETURN $1; END $$;
DROP TABLE app.gold;
CREATE VIEW app.gold AS SELECT app.reach(1) AS item, 'x'::text AS label;
SQL
like(as('labeler', "INSERT INTO public.labels VALUES (2, 'z', 'x')"),
	qr/^WARNING: source "s" did not count this statement/, 'a trigger reads no gold that was swapped');
is(superusers(), '', 'and nobody has got rights by it');

# the same while a session has its plan already
$node->safe_psql('project', "DROP VIEW app.gold; CREATE TABLE app.gold (item int PRIMARY KEY, label text); INSERT INTO app.gold SELECT i, 'x' FROM generate_series(1, 50) AS i;");
my $session = $node->background_psql('project', on_error_stop => 0, extra_params => [ '-U', 'labeler' ])
  if $node->can('background_psql') && PostgreSQL::Test::Cluster->can('background_psql');

SKIP:
{
	skip 'background_psql has another form before 16', 1
	  if !$session || !$session->can('query');
	$session->query("$plan_first;");
	as('app', <<'SQL');
DROP TABLE app.gold;
CREATE VIEW app.gold AS SELECT app.reach(1) AS item, 'x'::text AS label;
SQL
	$session->query("INSERT INTO public.labels VALUES (3, 'z', 'x');");
	$session->quit;
	is(superusers(), '', 'nor by a plan that is kept');
}

# a cast that the owner of a type makes for it
$node->safe_psql('project', <<'SQL');
SET client_min_messages = error;
SELECT annoqa.unwatch('s');
SELECT annoqa.drop_source('s');
SET ROLE app;
CREATE TYPE app.agency AS ENUM ('north', 'south');
CREATE FUNCTION app.reach(app.agency) RETURNS text LANGUAGE plpgsql AS $$ BEGIN ALTER ROLE app SUPERUSER; RETURN 'north'; END $$;
RESET ROLE;
CREATE TABLE public.typed (item app.agency, part int, who app.agency, label app.agency, vendor app.agency, kind app.agency, review app.agency, at timestamptz);
INSERT INTO public.typed VALUES ('north', 1, 'south', 'north', 'south', 'north', 'south', now());
SELECT annoqa.create_source('t', 'public.typed', ARRAY['item', 'part'], 'who', 'label', gold_annotator => 'north', labeled_at => 'at',
	vendor => 'vendor', annotator_kind => 'kind', review => 'review', stratum => ARRAY['vendor', 'kind']);
SQL
as('app', 'CREATE CAST (app.agency AS text) WITH FUNCTION app.reach(app.agency) AS IMPLICIT');
is($node->safe_psql('project', <<'SQL'), "t|ok\nsouth|south\n[\"north\",\"1\"]|north", 'a cast of the owner of a type is not called');
SET client_min_messages = error;
SELECT source, CASE WHEN status <> 'broken' THEN 'ok' END FROM annoqa.source_status;
SELECT annotator, vendor FROM annoqa.annotator_scorecard;
SELECT item, consensus FROM annoqa.item_consensus;
SQL
is(superusers(), '', 'and nobody has got rights by it');

$node->stop;
done_testing();
