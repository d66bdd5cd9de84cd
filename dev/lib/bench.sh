# Shared by the benches that need a server or a peer: free ports, a server of ours with an account, medians and rows.
# dev/bench gives them $root, $work (a fresh folder) and $JAVA_HOME.
set -euo pipefail
started=()
finish() {
  for pid in "${started[@]:-}"; do [ -z "$pid" ] || kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
}
trap finish EXIT

need() { # need PROGRAM HINT: says what is missing and ends this bench without failing the others
  command -v "$1" >/dev/null || { row "$(basename "$0"): skipped" "$1 is missing" "$2" - -; exit 0; }
}

free_port() {
  local port
  while port=$((20000 + RANDOM % 20000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}

await() { # await URL: until it answers at all
  for _ in $(seq 600); do curl -so /dev/null --max-time 2 "$1" && return; sleep 0.05; done
  echo "nothing answers at $1" >&2; exit 1
}

seconds() { # seconds COMMAND…: its wall time
  local from to
  from=$(date +%s%N); "$@" >/dev/null 2>>"$work/log"; to=$(date +%s%N)
  awk -v n=$((to - from)) 'BEGIN { printf "%.3f\n", n / 1e9 }'
}

median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

row() { # row WHAT OURS PEER RATIO HOLD
  printf '%s | %s | %s | %s | %s\n' "$@"
}

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

serve() { # serve: our server on $url with a signed-in account in $token
  local port
  port=$(free_port)
  url=http://127.0.0.1:$port
  "$root/tapedeck" serve --port "$port" --data "$work/data" >"$work/serve.log" 2>&1 &
  started+=($!)
  await "$url/v1/limits"
  local who='{"email":"bench@example.org","password":"a long bench password"}'
  curl -sf -o /dev/null -H 'Content-Type: application/json' -d "$who" "$url/v1/accounts"
  token=$(curl -sf -H 'Content-Type: application/json' -d "$who" "$url/v1/sessions" | sed 's/.*"accessToken":"\([^"]*\)".*/\1/')
}
