# Sourced by ./test and bench/events/run, after needs.sh: a PostgreSQL server of our own, on a free port
# of the loopback interface, in a temporary folder that goes with it.

as_postgres() {
  # A server does not run as root.
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

# Starts the server; sets GREENCHAIN_TEST_POSTGRES to the URL of its owner.
start_postgres() {
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || need_packages postgresql
  postgres_bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  postgres_home=$(mktemp -d /tmp/greenchain-postgres.XXXXXX)
  [ "$(id -u)" != 0 ] || chown postgres "$postgres_home"
  (
    cd "$postgres_home"
    as_postgres "$postgres_bin/initdb" --pgdata=data --username=greenchain --auth=trust \
      --encoding=UTF8 --locale=C >initdb.log 2>&1 || { cat initdb.log >&2; exit 2; }
  )
  local port
  for _ in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 12000))
    if (
      cd "$postgres_home"
      as_postgres "$postgres_bin/pg_ctl" --pgdata=data --log=server.log --wait --silent \
        --options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 -c shared_buffers=256MB" \
        start >/dev/null 2>&1
    ); then
      export GREENCHAIN_TEST_POSTGRES="postgres://greenchain@127.0.0.1:$port/postgres"
      return
    fi
  done
  cat "$postgres_home/server.log" >&2
  exit 2
}

stop_postgres() {
  [ -n "${postgres_home-}" ] || return 0
  (cd "$postgres_home" && as_postgres "$postgres_bin/pg_ctl" --pgdata=data --mode=immediate --silent stop) || true
  rm -rf "$postgres_home"
}
