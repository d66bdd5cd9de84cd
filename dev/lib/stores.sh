# MySQL, RabbitMQ and MongoDB from their own images, in containers whose ports only this machine can reach. Tests that otherwise start
# servers themselves use these where TEST_DATABASE_PORT, TEST_BROKER_PORT and TEST_DOCUMENTS_PORT name them.
# This file is sourced; it needs `say`, `die` and `logged`.

engine=${ENGINE:-docker}

# The command docker may be installed without a running Docker.
stores_possible() { command -v "$engine" >/dev/null && "$engine" info >/dev/null 2>&1; }

# stores_up FOLDER: starts them, waits until they answer and exports their ports.
stores_up() {
  local folder=$1
  cat >"$folder/first.sql" <<'SQL'
CREATE DATABASE IF NOT EXISTS tapedeck;
CREATE USER IF NOT EXISTS 'tapedeck'@'%' IDENTIFIED BY 'tapedeck';
GRANT ALL ON *.* TO 'tapedeck'@'%';
SQL
  chmod 644 "$folder/first.sql"
  : >"$folder/containers"
  say "fetching and starting mysql:9, rabbitmq:4 and mongo:8"
  store database -p 127.0.0.1::3306 -e MYSQL_RANDOM_ROOT_PASSWORD=yes \
    -v "$folder/first.sql:/docker-entrypoint-initdb.d/first.sql:ro" mysql:9
  store broker -p 127.0.0.1::5672 --hostname broker rabbitmq:4
  store documents -p 127.0.0.1::27017 mongo:8
  # By TCP: MySQL's image first runs a server without it, for first.sql.
  answers database mysqladmin ping -h 127.0.0.1 -u tapedeck -ptapedeck --silent
  answers broker rabbitmq-diagnostics -q check_port_connectivity
  answers documents mongosh --quiet --eval 'db.adminCommand("ping").ok'
  TEST_DATABASE_PORT=$(port_of database 3306)
  TEST_BROKER_PORT=$(port_of broker 5672)
  TEST_DOCUMENTS_PORT=$(port_of documents 27017)
  export TEST_DATABASE_PORT TEST_BROKER_PORT TEST_DOCUMENTS_PORT
}

# stores_down FOLDER: ends what stores_up started, if it did, and all that was in it.
stores_down() {
  [ -f "$1/containers" ] || return 0
  while read -r _ id; do "$engine" rm -fv "$id" >/dev/null || true; done <"$1/containers"
  rm -f "$1/containers"
}

store() {
  local name=$1 id
  shift
  id=$("$engine" run -d "$@" 2>"$folder/$name.log") || { cat "$folder/$name.log" >&2; stores_down "$folder"; die "$name cannot be started"; }
  echo "$name $id" >>"$folder/containers"
}

container_of() { awk -v name="$1" '$1 == name { print $2 }' "$folder/containers"; }

port_of() { "$engine" port "$(container_of "$1")" "$2" | sed -n 's/.*://p' | head -1; }

answers() {
  local id
  id=$(container_of "$1")
  for _ in $(seq 120); do
    "$engine" exec "$id" "${@:2}" >/dev/null 2>&1 && return
    sleep 1
  done
  "$engine" logs --tail 25 "$id" >&2
  stores_down "$folder"
  die "$1 does not answer"
}
