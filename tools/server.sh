# tools/server.sh
#		A private server with annoqa installed, for tests, demo and benchmarks.
#
# PostgreSQL finds its libraries and shared files relative to its own binary.
# So the installed server's programs are copied to a temporary folder, its
# libraries and shared files are linked beside them, and annoqa, built from a
# copy of the sources, is installed there: the system and the sources stay as
# they are.  The server listens on a socket that only its user may open.
#
# The caller sets $top, the root of the sources, and PG_CONFIG, then calls
#
#	server_folder			make the folder, and see that it goes at the end
#	server_build			build annoqa and install it there
#	server_start [OPTION]	make a cluster and start it, with these options
#	server_keep				let the server live on; leave psql and stop scripts
#
# Afterwards psql and its like, first in PATH, reach the server without
# arguments.  These are set: $work (the folder), $tree (the sources' copy, which
# the server's user can read), $bin (the server's programs), $pgxs (where
# PostgreSQL's own test programs are), $server_user (empty: the caller).

server_user= work= started=

# Run a command as the server's user: a server refuses to run as root.
as_server()
{
	if [ -n "$server_user" ]; then
		(cd "$work/server" && HOME=$work/server exec setpriv \
			--reuid="$server_user" --regid="$(id -g "$server_user")" \
			--init-groups --inh-caps=-all -- "$@")
	else
		(cd "$work/server" && exec "$@")
	fi
}

# Stop the server and remove its folder.
server_remove()
{
	[ -n "$work" ] || return 0
	if [ -n "$started" ]; then
		as_server "$bin/pg_ctl" -D data -m immediate -w stop >/dev/null 2>&1 || :
	fi
	rm -rf "$work"
	work=
}

# Make the folder: where programs may run, and short, for a socket's path ends
# at 107 bytes.
server_folder()
{
	umask 022
	trap server_remove EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	for parent in /tmp /var/tmp "${TMPDIR:-$HOME}"; do
		work=$(mktemp -d "$parent/annoqa.XXXXXX" 2>/dev/null) || { work=; continue; }
		printf '#!/bin/sh\n' >"$work/probe"
		chmod 755 "$work/probe"
		"$work/probe" 2>/dev/null && break
		rm -rf "$work"
		work=
	done
	if [ -z "$work" ]; then
		echo "There is no temporary folder in which programs may run." >&2
		exit 1
	fi
	rm "$work/probe"
	mkdir "$work/server"
	if [ "$(id -u)" = 0 ]; then
		server_user=postgres
		id "$server_user" >/dev/null 2>&1 || server_user=nobody
		chmod 755 "$work"
		chown "$server_user" "$work/server"
	fi
}

# Copy the sources, without what an earlier build left, build, install.
server_build()
{
	tree=$work/tree
	mkdir "$tree"
	tar -C "$top" --exclude=.git --exclude='*.o' --exclude='*.bc' \
		--exclude='*.so' --exclude=./results --exclude=./regression.* \
		-cf - . | tar -C "$tree" -xof -
	chmod -R u+w,a+rX "$tree"

	bin=$work/root$("$PG_CONFIG" --bindir)
	pgxs=$("$PG_CONFIG" --pgxs)
	pgxs=${pgxs%/makefiles/pgxs.mk}
	mkdir -p "$bin"
	for program in "$("$PG_CONFIG" --bindir)"/*; do
		case ${program##*/} in
			postgres | psql | initdb | vacuumdb | createdb | createuser | \
				dropdb | dropuser | reindexdb | clusterdb | pg*)
				cp "$program" "$bin"
				;;
		esac
	done
	for folder in "$("$PG_CONFIG" --pkglibdir)" "$("$PG_CONFIG" --sharedir)"; do
		mkdir -p "$work/root$folder"
		cp -rs "$folder/." "$work/root$folder"
		find "$work/root$folder" -name 'annoqa*' -exec rm -rf {} +
	done

	make_quietly all
	make_quietly install "DESTDIR=$work/root"
	for name in $(env | sed -n 's/^\(PG[A-Z]*\)=.*/\1/p'); do
		unset "$name"
	done
	PATH=$bin:$PATH
	export PATH
}

# Run make in the copy of the sources; show all it says when it fails, and
# warnings always.
make_quietly()
{
	if run_make -s -j"$(getconf _NPROCESSORS_ONLN)" "$@" >"$work/make.log" 2>&1; then
		grep 'warning:' "$work/make.log" >&2 || :
	else
		cat "$work/make.log" >&2
		exit 1
	fi
}

# Run make in the copy of the sources, free of a make that called us.
run_make()
{
	(unset MAKEFLAGS MFLAGS MAKELEVEL
		exec make -C "$tree" --no-print-directory with_llvm=no \
			PG_CONFIG="$PG_CONFIG" "$@")
}

# Make a cluster, start it with these options, and point the clients at it.
server_start()
{
	as_server "$bin/initdb" -D data -A trust --no-sync --no-locale -E UTF8 \
		-U postgres >"$work/initdb.log" 2>&1 || {
		cat "$work/initdb.log" >&2
		exit 1
	}
	started=yes
	as_server "$bin/pg_ctl" -D data -l log -w \
		-o "-F -k $work/server -p 5432 -c listen_addresses='' -c unix_socket_permissions=0700 $*" \
		start >"$work/start.log" 2>&1 || {
		cat "$work/start.log" "$work/server/log" >&2
		exit 1
	}
	PGHOST=$work/server PGPORT=5432 PGUSER=postgres
	export PGHOST PGPORT PGUSER
}

# Let the server live on, with a script that connects and one that ends it.
server_keep()
{
	trap - EXIT
	cat >"$work/psql" <<-END
		#!/bin/sh
		export PATH='$bin':"\$PATH" PGHOST='$PGHOST' PGPORT=$PGPORT PGUSER=$PGUSER
		export PGDATABASE=${PGDATABASE:-postgres}
		exec psql "\$@"
	END
	cat >"$work/stop" <<-END
		#!/bin/sh
		. '$tree/tools/server.sh'
		work='$work' bin='$bin' server_user='$server_user' started=yes
		server_remove
	END
	chmod 755 "$work/psql" "$work/stop"
}
