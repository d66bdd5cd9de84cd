#!/usr/bin/env bash
# Uses what dev/release made in fresh roots, which have nothing but a minimal Debian: convert, serve, an upgrade with data, a backup, remove,
# purge. Needs root, mmdebstrap, dpkg-deb, ffmpeg and curl.
#   dev/lib/release_try.sh FOLDER VERSION [SUITE…]
set -euo pipefail
out=$1 version=$2
shift 2
say() { printf 'tapedeck: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }
[ "$(id -u)" = 0 ] || die "fresh roots need root"
for each in mmdebstrap dpkg-deb ffmpeg curl; do command -v "$each" >/dev/null || die "$each is missing"; done
work=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  for each in "$work"/*/proc; do umount "$each" "${each%/proc}" 2>/dev/null || true; done
  rm -rf --one-file-system "$work"
}
trap finish EXIT
ffmpeg -v error -f lavfi -i testsrc2=d=5 -f lavfi -i sine=d=5 -c:v mpeg4 -c:a aac "$work/clip.mp4"

in_root() { chroot "$fresh" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"; }

# serve COMMAND…: starts a server in the root as the user, waits until it is ready
serve() {
  port=$((20000 + RANDOM % 10000))
  # Not by in_root: the signal to stop must reach the server.
  chroot "$fresh" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/nonexistent TAPEDECK_SERVER_PORT=$port TAPEDECK_ADMIN_PORT=$((port + 10000)) \
    setpriv --reuid="$user" --regid="$group" --init-groups "$@" >"$work/said" 2>&1 &
  server=$!
  for _ in $(seq 600); do curl -sf -o /dev/null "http://127.0.0.1:$((port + 10000))/readyz" && return; sleep 0.1; done
  cat "$work/said" >&2
  die "serve does not answer"
}
stop() {
  kill "$server"
  wait "$server" || true
  server=
}
url() { echo "http://127.0.0.1:$port"; }
person='{"email":"ada@example.org","password":"a long and quiet river"}'
token() { curl -sf --retry 10 -H 'Content-Type: application/json' -d "$person" "$(url)/v1/sessions" | sed 's/.*"accessToken":"\([^"]*\)".*/\1/'; }
ask() { curl -sf --retry 10 -H "Authorization: Bearer $token" "$@"; }
convert_there() {
  id=$(ask -F "file=@$work/clip.mp4" "$(url)/v1/conversions" | sed 's/^{"id":"\([^"]*\)".*/\1/')
  ask "$(url)/v1/conversions/$id?wait=60" | grep -q '"state":"ready"' || die "the conversion did not get ready"
}

[ $# -gt 0 ] || set -- bookworm trixie
for suite in "$@"; do
  fresh=$work/$suite
  say "$suite: a fresh root"
  mmdebstrap --quiet --variant=minbase "$suite" "$fresh" >"$work/log" 2>&1 || { cat "$work/log" >&2; die "no root of $suite"; }
  # A mount of its own: the JVM finds no file system, and so no free room, in a root that is not one.
  mount --bind "$fresh" "$fresh"
  mount -t proc proc "$fresh/proc"
  cp "$work/clip.mp4" "$fresh/root/"

  say "$suite: the archive"
  mkdir -p "$fresh/opt"
  tar -x -z -C "$fresh/opt" -f "$out/tapedeck-$version-linux-x64.tar.gz"
  in_root "/opt/tapedeck-$version/bin/tapedeck" convert /root/clip.mp4 -o /root/clip.mp3 >"$work/said" 2>&1 || { cat "$work/said" >&2; die "convert failed"; }
  [ "$(head -c 3 "$fresh/root/clip.mp3")" = ID3 ] || die "convert made no MP3"
  in_root "/opt/tapedeck-$version/bin/tapedeck" --version
  user=nobody group=nogroup
  in_root install -d -o nobody /srv/data
  serve "/opt/tapedeck-$version/bin/tapedeck" serve --data /srv/data
  stop

  say "$suite: the package"
  # The version before: the same with a lower number.
  dpkg-deb -R "$out/tapedeck_${version}_amd64.deb" "$work/before-$suite"
  sed -i 's/^Version: .*/Version: 0.0.1/' "$work/before-$suite/DEBIAN/control"
  dpkg-deb --root-owner-group -Zgzip -z1 --build "$work/before-$suite" "$fresh/root/before.deb" >/dev/null
  rm -rf "$work/before-$suite"
  cp "$out/tapedeck_${version}_amd64.deb" "$fresh/root/now.deb"
  in_root dpkg -i /root/before.deb >"$work/said" 2>&1 || { cat "$work/said" >&2; die "it does not install"; }
  user=tapedeck group=tapedeck
  serve tapedeck serve --config /etc/tapedeck/tapedeck.yaml --data /var/lib/tapedeck
  curl -sf --retry 10 -o /dev/null -H 'Content-Type: application/json' -d "$person" "$(url)/v1/accounts" || die "no account could be made"
  token=$(token)
  convert_there
  stop
  echo '# mine' >>"$fresh/etc/tapedeck/tapedeck.yaml"
  in_root dpkg -i /root/now.deb >"$work/said" 2>&1 || { cat "$work/said" >&2; die "it does not upgrade"; }
  grep -q '# mine' "$fresh/etc/tapedeck/tapedeck.yaml" || die "the upgrade lost the settings"
  serve tapedeck serve --config /etc/tapedeck/tapedeck.yaml --data /var/lib/tapedeck
  token=$(token)
  ask -o "$work/after.mp3" "$(url)/v1/conversions/$id/mp3" || die "the upgrade lost an MP3"
  cmp "$work/after.mp3" "$fresh/root/clip.mp3" || die "the package made another MP3 than the archive"
  in_root tapedeck backup /root/backup --data /var/lib/tapedeck >"$work/said" 2>&1 || { cat "$work/said" >&2; die "no backup of a running server"; }
  (cd "$fresh/root/backup" && sha256sum --quiet -c SHA256SUMS) || die "the backup is not what its digests say"
  stop
  for each in usr/share/man/man1/tapedeck.1.gz usr/share/bash-completion/completions/tapedeck usr/lib/systemd/system/tapedeck.service \
    usr/share/doc/tapedeck/copyright; do
    [ -s "$fresh/$each" ] || die "the package lacks $each"
  done
  in_root dpkg -r tapedeck >/dev/null 2>&1
  [ -f "$fresh/etc/tapedeck/tapedeck.yaml" ] && [ -d "$fresh/var/lib/tapedeck" ] || die "remove took settings or data"
  [ ! -e "$fresh/usr/lib/tapedeck" ] || die "remove left $(find "$fresh/usr/lib/tapedeck" | head -n 3)"
  in_root dpkg -P tapedeck >/dev/null 2>&1
  [ ! -e "$fresh/etc/tapedeck" ] && [ ! -e "$fresh/var/lib/tapedeck" ] || die "purge left something"
  ! in_root getent passwd tapedeck >/dev/null || die "purge left the user"
  umount "$fresh/proc" "$fresh"
  rm -rf --one-file-system "$fresh"
  say "$suite: installed, served, upgraded with its data, removed, purged"
done
