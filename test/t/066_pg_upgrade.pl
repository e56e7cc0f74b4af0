# 066_pg_upgrade.pl
#	A cluster goes through pg_upgrade, into one of the same version: stored states,
#	the registry, decisions, flags, history, models and triggers are what they were.

use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $old = PostgreSQL::Test::Cluster->new('old');
my $new = PostgreSQL::Test::Cluster->new('new');
foreach my $node ($old, $new)
{
	$node->init;
	$node->append_conf('postgresql.conf', "fsync = off\n");
}
$old->start;
$old->safe_psql('postgres', <<'SQL');
CREATE ROLE owner LOGIN;
CREATE ROLE labeler LOGIN;
CREATE DATABASE project OWNER owner;
SQL

sub as
{
	my ($node, $role, $sql) = @_;

	return $node->safe_psql('project', "SET client_min_messages = error; $sql",
		extra_params => [ '-U', $role ]);
}

# An enum moves to other identifiers within the states, or would without names.
as($old, 'owner', <<'SQL');
CREATE EXTENSION annoqa;
CREATE TYPE public.mood AS ENUM ('bad', 'ok', 'good');
CREATE SCHEMA app;
CREATE TABLE app.labels (item int, who text, label public.mood, gold public.mood, at timestamptz);
INSERT INTO app.labels
SELECT i / 3, 'w' || i % 3, (ARRAY['bad', 'ok', 'good'])[1 + (i * i + i % 3) % 3]::public.mood,
	CASE WHEN i / 3 % 2 = 0 THEN 'ok' END::public.mood, timestamptz '2026-01-01Z' + i * interval '1 h'
FROM generate_series(0, 299) AS i;
GRANT USAGE ON SCHEMA app TO labeler;
GRANT INSERT ON app.labels TO labeler;
CREATE TABLE app.states AS
SELECT annoqa.votes_agg(label) AS v, annoqa.item_labels_agg(item, label) AS i, annoqa.agreement_agg(item, label) AS a,
	annoqa.confusion_agg(label, gold) AS c, annoqa.ratings_agg(item, who, label, at) AS r,
	annoqa.dawid_skene(annoqa.ratings_agg(item, who, label, at)) AS m,
	annoqa.calibration_agg(0.5 + item % 40 / 100.0, label = gold) AS p
FROM app.labels;
SELECT annoqa.create_source('s', 'app.labels', 'item', 'who', 'label', gold => 'gold', labeled_at => 'at', first_labels => 2);
SELECT annoqa.create_rule('s', preset => 'gold accuracy below 0.85');
SELECT annoqa.watch('s');
SELECT annoqa.evaluate_rules('s');
SELECT annoqa.adjudicate('s', '1', 'good', 'eve', 'clear');
SELECT annoqa.reopen('s', '1', 'not so clear');
SELECT annoqa.set_phase('s', 'w2', 'removed', 'left');
SELECT annoqa.fit('s');
SELECT annoqa.snapshot('s');
SQL

my %look = (
	states => "SELECT s FROM app.states AS s",
	figures =>
	  "SELECT annoqa.krippendorff_alpha(a, 'ordinal'), annoqa.krippendorff_alpha(r), annoqa.accuracy(c), annoqa.calibration_error(p), annoqa.winner(v), (SELECT string_agg(x::text, ',') FROM annoqa.consensus(r, m) AS x) FROM app.states",
	sources => 'SELECT annoqa.dump_sources()',
	rules => 'SELECT * FROM annoqa.rules',
	flags => 'SELECT * FROM annoqa.flags ORDER BY flag_id',
	cases => 'SELECT * FROM annoqa.case_law ORDER BY case_id',
	history => 'SELECT * FROM annoqa.scorecard_history ORDER BY 3, 4, 5, 6',
	scorecard => 'SELECT * FROM annoqa.annotator_scorecard ORDER BY annotator COLLATE "C"',
	model => "SELECT f.* FROM annoqa.fit(annoqa.stored_model('s')) AS f",
	status => 'SELECT * FROM annoqa.source_status');
my %before = map { $_ => as($old, 'owner', $look{$_}) } keys %look;

like($before{flags}, qr/\|raised\|/, 'a flag was raised before');
$old->stop;
my $bin = $old->config_data('--bindir');
command_ok(
	[
		'pg_upgrade', '--no-sync', '-d', $old->data_dir, '-D', $new->data_dir,
		'-b', $bin, '-B', $bin, '-s', $new->host, '-p', $old->port, '-P', $new->port
	],
	'pg_upgrade runs');
$new->start;
foreach my $what (sort keys %look)
{
	is(as($new, 'owner', $look{$what}), $before{$what}, "$what: identical");
}

# and all goes on
as($new, 'labeler', "INSERT INTO app.labels SELECT 1000 + i, 'fresh', 'bad', 'ok', '2026-03-01Z' FROM generate_series(1, 30) AS i");
like(as($new, 'owner', "SELECT annotator, status FROM annoqa.flags ORDER BY flag_id DESC LIMIT 1"),
	qr/^fresh\|raised$/, 'the trigger flags, with a number of its own');
like(as($new, 'owner', "SELECT annoqa.adjudicate('s', '1', 'good', 'eve', 'clear after all')"),
	qr/case 2/, 'a case has the next number');
like(as($new, 'owner', "SELECT annoqa.evaluate_rules('s')"), qr/, 0 flags raised, 0 cleared$/,
	'a recount agrees with the triggers');

$new->stop;
done_testing();
