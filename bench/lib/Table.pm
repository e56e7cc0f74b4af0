# Table.pm
#	Medians, ratios and verdicts of measured blocks, as a page in Markdown.
#
# A ratio is the median of the ratios of single runs: both sides were measured
# seconds apart, so that a slow minute of the machine falls upon both.

package Table;

use strict;
use warnings;
use List::Util qw(min);

my $tolerance = 1e-9;
my $peers_at_least = 10;

# A page; judged says whether targets hold for this size.
sub new
{
	my ($class, %self) = @_;
	my $about = $self{about};
	my $self = bless {
		%self,
		(map { $_ => 0 } qw(passed missed unequal failed skipped))
	}, $class;

	$self->{text} = <<"END";
# Benchmark results

$about->{date}; $about->{machine}; PostgreSQL $about->{version}; annoqa $about->{annoqa}.
$about->{labels} labels (some rows more or fewer) of $about->{items} items, $about->{size}, in random order; shared_buffers $about->{buffers}; load average $about->{load} at the start.
How to read it: README.md in this folder.
END
	return $self;
}

# Add the table of a block.
sub add
{
	my ($self, $block) = @_;

	my $runs =
	  $block->{runs} == 1 ? 'One run'
	  : "Medians of $block->{runs} interleaved runs";

	$self->{text} .= "\n## $block->{title}\n\n$runs.\n\n";
	if ($block->{peers})
	{
		$self->add_peers($block);
	}
	else
	{
		$self->add_rows($block);
	}
	return;
}

# Statements of our own.
sub add_rows
{
	my ($self, $block) = @_;
	my %title = map { $_->{id} => $_->{title} } @{ $block->{rows} };

	$self->line('statement', 'CPU s', 'wall s', 'memory MB', 'ratio of CPU',
		'to', 'target', 'verdict');
	$self->line('---', ('---:') x 4, ('---') x 3);
	foreach my $row (@{ $block->{rows} })
	{
		next if $self->without_result($row, 7);
		my $cpu = median(map { $_->{cpu} } results($block, $row->{id}));
		my $memory =
		  median(map { $_->{memory} } results($block, $row->{id}));
		my $ratio = ratio($block, $row->{id}, $row->{against});
		my @targets = $self->targets(
			[ $ratio, $row->{at_most}, '<= %.1f times' ],
			[ $memory, $row->{most_mb}, '<= %d MB' ],
			[ $cpu, $row->{most_s}, '<= %.1f s' ]);
		my $value = $self->value_verdict($block, $row);

		$self->line(
			$row->{title},
			number($cpu),
			number(median(map { $_->{wall} } results($block, $row->{id}))),
			sprintf('%.0f', $memory),
			defined $ratio ? sprintf('%.2f', $ratio) : '',
			defined $ratio ? $title{ $row->{against} } : '',
			$targets[0],
			join('; ', grep { $_ ne '' } $targets[1], $value));
	}
	foreach my $row (@{ $block->{derived} // [] })
	{
		my @ratios;
		foreach my $result (@{ $block->{results} // [] })
		{
			my $one = eval { $row->{ratio}->($result) };
			push @ratios, $one if defined $one;
		}
		my $ratio = @ratios ? median(@ratios) : undef;
		my @targets =
		  $self->targets([ $ratio, $row->{at_most}, '<= %.2f times' ]);

		$self->line($row->{title}, '', '', '',
			defined $ratio ? sprintf('%.2f', $ratio) : 'not measured',
			$row->{of}, @targets);
	}
	return;
}

# Peers: how many times as long as our own statement.
sub add_peers
{
	my ($self, $block) = @_;

	$self->line('peer', 'export s', 'load s', 'compute s', 'wall s', 'CPU s',
		'annoqa wall s', 'annoqa CPU s', 'times wall', 'times CPU',
		'difference of values', 'target', 'verdict');
	$self->line('---', ('---:') x 10, ('---') x 2);
	foreach my $row (grep { $_->{ours} } @{ $block->{rows} })
	{
		next if $self->without_result($row, 12);
		my @peer = results($block, $row->{id});
		my @ours = results($block, $row->{ours});
		my @times = map { ratio($block, $row->{id}, $row->{ours}, $_) }
		  qw(wall cpu);
		my $least = @ours ? min(@times) : undef;
		my @targets = $self->targets([ $least, undef, '', $row->{no_target} ? undef : $peers_at_least ]);

		$self->line(
			$row->{title},
			(map { my $part = $_; $peer[0]{$part}
				  ? number(median(map { $_->{$part} } @peer)) : '' }
				  qw(export load compute)),
			(map { my $part = $_; number(median(map { $_->{$part} } @peer)) }
				  qw(wall cpu)),
			(map { my $part = $_;
				  @ours ? number(median(map { $_->{$part} } @ours)) : '' }
				  qw(wall cpu)),
			(map { defined $_ ? sprintf('%.1f', $_) : '' } @times),
			@ours ? sprintf('%.1e', abs($peer[0]{value} - $ours[0]{value}))
			: '',
			$targets[0],
			join('; ',
				grep { $_ ne '' } $targets[1],
				$self->value_verdict(
					$block, { %$row, same_as => $row->{ours} })));
	}
	return;
}

# The line of a row that could not be measured; false if it could.
sub without_result
{
	my ($self, $row, $cells) = @_;

	foreach my $how ('failed', 'skipped')
	{
		next unless defined $row->{$how};
		my ($reason) = $row->{$how} =~ /\A(.*)/;

		$reason =~ s/\|/\\|/g;
		$self->line($row->{title}, ('') x ($cells - 1), "**$how**: $reason");
		$self->{$how}++;
		return 1;
	}
	return 0;
}

# The words for targets and for whether they are met, of [figure, at most,
# words, at least].
sub targets
{
	my ($self, @targets) = @_;
	my (@words, @verdicts);

	foreach my $target (@targets)
	{
		my ($figure, $most, $words, $least) = @$target;
		next unless defined $figure && (defined $most || defined $least);
		my $met = defined $most ? $figure <= $most : $figure >= $least;

		push @words, defined $most ? sprintf($words, $most) : ">= $least times";
		next unless $self->{judged};
		push @verdicts, $met ? 'PASS' : '**FAIL**';
		$self->{ $met ? 'passed' : 'missed' }++;
	}
	return (join(', ', @words), join(', ', @verdicts));
}

# Whether a row's value is that of every run, and that of another row.
sub value_verdict
{
	my ($self, $block, $row) = @_;
	my @values = map { $_->{value} } results($block, $row->{id});
	my @problems;

	push @problems, 'values differ between runs'
	  if grep { $_ ne $values[0] } @values;
	foreach my $how ('same_as', 'identical')
	{
		next unless $row->{$how};
		my ($other) = results($block, $row->{$how});
		next unless $other;
		my $equal =
		  $how eq 'identical'
		  ? $values[0] eq $other->{value}
		  : $values[0] =~ /\d/
		  && $other->{value} =~ /\d/
		  && abs($values[0] - $other->{value}) <= $tolerance;
		push @problems, "value $values[0], not $other->{value}"
		  unless $equal;
	}
	$self->{unequal} += @problems;
	return join '; ', map { "**$_**" } @problems;
}

# The last lines.
sub footer
{
	my ($self, $load) = @_;

	$self->{text} .= "\nLoad average at the end $load. "
	  . ($self->{judged}
		? "Targets: $self->{passed} met, $self->{missed} missed. " : '')
	  . "Values that differ: $self->{unequal}. Statements failed:"
	  . " $self->{failed}, skipped: $self->{skipped}.\n";
	return;
}

# Print the page, and write it to a file.
sub write
{
	my ($self, $output) = @_;

	print $self->{text};
	open my $file, '>', $output or die "$output: $!\n";
	print $file $self->{text};
	close $file or die "$output: $!\n";
	return;
}

# Whether a target was missed, a value was wrong or a statement failed.
sub failed
{
	my ($self) = @_;

	return $self->{missed} + $self->{unequal} + $self->{failed} > 0;
}

sub line
{
	my ($self, @cells) = @_;

	$self->{text} .= '| ' . join(' | ', @cells) . " |\n";
	return;
}

# The results of a row, run by run.
sub results
{
	my ($block, $id) = @_;

	return grep { defined } map { $_->{$id} } @{ $block->{results} // [] };
}

# The median over runs of one row's figure divided by another's.
sub ratio
{
	my ($block, $id, $against, $figure) = @_;
	my @ratios;

	return undef unless defined $against;
	$figure //= 'cpu';
	foreach my $run (@{ $block->{results} // [] })
	{
		push @ratios, $run->{$id}{$figure} / $run->{$against}{$figure}
		  if $run->{$id} && $run->{$against} && $run->{$against}{$figure} > 0;
	}
	return @ratios ? median(@ratios) : undef;
}

sub median
{
	my @sorted = sort { $a <=> $b } @_;
	my $half = int(@sorted / 2);

	return @sorted % 2
	  ? $sorted[$half]
	  : ($sorted[ $half - 1 ] + $sorted[$half]) / 2;
}

# Three digits for short times, two decimals for long ones.
sub number
{
	my ($seconds) = @_;

	return sprintf $seconds < 0.1 ? '%.4f' : $seconds < 10 ? '%.2f' : '%.1f',
	  $seconds;
}

1;
