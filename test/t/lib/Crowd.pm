# Crowd.pm
#	What the sets of reference figures tell of items and annotators.
#
# Beside labels.csv a set may have tables of its items, annotators and gold
# answers: gold.csv, consensus.csv, annotators.csv, ... plain or compressed.
package Crowd;

use strict;
use warnings FATAL => 'all';

use Oracle;
use PostgreSQL::Test::Cluster;

# The sets that have a table of this name, smallest first.
sub sets_with
{
	my ($file) = @_;
	my $folder = Oracle::folder();
	my @sets = defined $folder ? Oracle::sets($folder) : ();

	return grep { defined table_file($_, $file) } @sets;
}

# A server that has the extension, its schema on the path.
sub server
{
	my ($name) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);

	$node->init(extra => [ '--locale=C', '--encoding=UTF8' ]);
	$node->append_conf('postgresql.conf', 'fsync = off');
	$node->append_conf('postgresql.conf', "search_path = 'public, annoqa'");
	$node->append_conf('postgresql.conf', 'jit = off');
	$node->start;
	$node->safe_psql('postgres', 'CREATE EXTENSION annoqa');
	return $node;
}

# The path of a table of a set, or undef.
sub table_file
{
	my ($set, $file) = @_;
	my ($path) = grep { -f $_ } "$set->{dir}/$file", "$set->{dir}/$file.gz";
	return $path;
}

# A psql script that loads a table of a set, all its columns as text, under the
# name of its file; undef where the set has none.
sub load_table
{
	my ($set, $file) = @_;
	my $path = table_file($set, $file);
	my ($table) = $file =~ /^(\w+)/;

	return if !defined $path;
	return "SET client_min_messages = warning;\n"
	  . "DROP TABLE IF EXISTS $table;\n"
	  . Oracle::load_csv($table, $path);
}

# The columns of a table of a set, by name.
sub columns_of
{
	my ($set, $file) = @_;
	my ($script) = grep { defined } load_table($set, $file);

	return {} if !defined $script;
	my ($list) = $script =~ /\\copy \w+ \((.*?)\) from/;
	return { map { s/"//gr => 1 } split /, /, $list };
}

1;
