# What Tapedeck needs on a machine, how to get it, and how to build. Sourced by ./tapedeck, ./dev/test and others;
# they set $root. With TAPEDECK_INSTALL=no it installs nothing, with TAPEDECK_MEDIA_TOOLS=no it builds neither ffmpeg nor LAME.
# shellcheck shell=bash

java_needed=25
logs=$root/target/logs
dist=$root/app/target/dist
tools=$root/target/media-tools
# Tests and measurements use what is there, but do not start building it beside their work.
[ -n "${launcher:-}" ] || export TAPEDECK_MEDIA_TOOLS=no

say() { printf 'tapedeck: %s\n' "$*" >&2; }
die() { say "$*"; exit 2; }

# ---- the machine's package manager

# How to become root without being asked, or failure. Prints nothing when we are.
as_root() {
  if [ "$(id -u)" = 0 ]; then echo; elif sudo -n true 2>/dev/null; then echo "sudo -n"; else return 1; fi
}

manager() {
  local each
  for each in apt-get dnf apk pacman zypper brew; do
    command -v "$each" >/dev/null && { echo "$each"; return; }
  done
  return 1
}

# The package that holds a thing, by package manager.
package() {
  case "$1:$2" in
    *:ffmpeg) echo ffmpeg ;;
    apt-get:lame | zypper:lame) echo libmp3lame0 ;;
    dnf:lame | apk:lame) echo lame-libs ;;
    pacman:lame | brew:lame) echo lame ;;
    *:maven) echo maven ;;
    apt-get:gcc) echo build-essential ;;
    apt-get:dpkg-source) echo dpkg-dev ;;
    apt-get:jdk) echo openjdk-$java_needed-jdk-headless ;;
    dnf:jdk | zypper:jdk) echo java-$java_needed-openjdk-devel ;;
    apk:jdk) echo openjdk$java_needed-jdk ;;
    pacman:jdk) echo jdk-openjdk ;;
    brew:jdk) echo openjdk@$java_needed ;;
    brew:node) echo node ;;
    *:node) echo nodejs npm ;;
    brew:mariadb | pacman:mariadb | apk:mariadb | zypper:mariadb) echo mariadb ;;
    *:mariadb) echo mariadb-server ;;
    brew:rabbitmq) echo rabbitmq ;;
    *:rabbitmq) echo rabbitmq-server ;;
    apt-get:kubectl | dnf:kubectl | zypper:kubectl) echo kubernetes-client ;;
    *) echo "$2" ;;
  esac
}

# Installs packages. Prints one line; the rest is in the log. Fails when it may not or cannot.
install() {
  local manager sudo log=$logs/install.log
  [ "${TAPEDECK_INSTALL:-yes}" != no ] && manager=$(manager) || return 1
  if [ "$manager" = brew ]; then sudo=; else sudo=$(as_root) || return 1; fi
  mkdir -p "$logs"
  say "installing $* ($manager; log: $log)"
  # shellcheck disable=SC2086
  case $manager in
    apt-get)
      local apt="$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300"
      $apt install -y --no-install-recommends "$@" || { $apt update && $apt install -y --no-install-recommends "$@"; }
      ;;
    dnf | zypper) $sudo "$manager" install -y "$@" ;;
    apk) $sudo apk add "$@" ;;
    pacman) $sudo pacman -S --noconfirm --needed "$@" ;;
    brew) brew install -q "$@" ;;
  esac >>"$log" 2>&1 </dev/null
}

# Where the system keeps the MP3 encoder's library, if it has it.
lame() {
  local file
  for file in /usr/lib/*/libmp3lame.so.0 /usr/lib*/libmp3lame.so.0 /usr/local/lib/libmp3lame.* /opt/homebrew/lib/libmp3lame.*; do
    [ -e "$file" ] && return 0
  done
  return 1
}

# The page is built with Node 20.19, 22.12 or newer.
node_is_new() {
  local version major minor
  version=$(node --version 2>/dev/null) && version=${version#v} && major=${version%%.*} && minor=${version#*.} && minor=${minor%%.*}
  case $major in 20) [ "$minor" -ge 19 ] ;; 22) [ "$minor" -ge 12 ] ;; *) [ "${major:-0}" -gt 22 ] ;; esac 2>/dev/null
}

has() {
  case $1 in
    lame) lame ;;
    maven) command -v mvn >/dev/null ;;
    node) node_is_new && command -v npm >/dev/null ;;
    mariadb) command -v mariadbd >/dev/null || command -v mysqld >/dev/null || [ -x /usr/sbin/mariadbd ] ;;
    rabbitmq) command -v rabbitmq-server >/dev/null || [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] ;;
    chromium) command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ;;
    kubectl) kubectl version --client 2>/dev/null | grep -q Kustomize ;; # 1.24 or newer
    x86-64-v3) /lib64/ld-linux-x86-64.so.2 --help 2>/dev/null | grep 'x86-64-v3 (supported' >/dev/null ;; # AVX2 and more
    nginx) command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# How a person gets what is missing.
remedy() {
  local manager packages=() each
  if ! manager=$(manager); then
    echo "install $* with your system's package manager"
    return
  fi
  for each in "$@"; do packages+=("$(package "$manager" "$each")"); done
  case $manager in
    apt-get) echo "sudo apt-get install ${packages[*]}" ;;
    apk) echo "sudo apk add ${packages[*]}" ;;
    pacman) echo "sudo pacman -S ${packages[*]}" ;;
    brew) echo "brew install ${packages[*]}" ;;
    *) echo "sudo $manager install ${packages[*]}" ;;
  esac
}

# Installs those that are missing, where that is possible; returns whether all are there now.
try() {
  local each manager packages=()
  for each in "$@"; do has "$each" || packages+=("$each"); done
  [ ${#packages[@]} -gt 0 ] || return 0
  manager=$(manager) || return 1
  # shellcheck disable=SC2046
  set -- $(for each in "${packages[@]}"; do package "$manager" "$each"; done)
  install "$@" || true
  hash -r
  for each in "${packages[@]}"; do has "$each" || return 1; done
}

# Makes sure that things are there and installs those that are not; where it cannot, it ends and prints the remedy.
need() {
  local each
  try "$@" && return
  for each in "$@"; do has "$each" || die "$each is missing. Get it with: $(remedy "$each")"; done
}

# ---- the JDK

# The major version of the JDK in a folder, without starting it; fails where there is none with a compiler.
jdk_version() {
  local line
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while read -r line; do
    case $line in JAVA_VERSION=*) line=${line#*=}; line=${line//\"/}; echo "${line%%[.+-]*}"; return ;; esac
  done <"$1/release"
  return 1
}

# The folder of an installed JDK that is new enough, the one asked for by JAVA_HOME or PATH first.
find_jdk() {
  local home version on_path=
  if command -v javac >/dev/null; then on_path=$(readlink -f "$(command -v javac)" 2>/dev/null) && on_path=${on_path%/bin/javac}; fi
  for home in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/lib/jvm/* /opt/* /opt/*/* \
    "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* "${HOME:-}"/.asdf/installs/java/* "${HOME:-}"/.local/share/mise/installs/java/* \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    "$(/usr/libexec/java_home -v $java_needed+ 2>/dev/null || true)"; do
    if [ -n "$home" ] && version=$(jdk_version "$home") && [ "$version" -ge $java_needed ] 2>/dev/null; then
      echo "$home"
      return
    fi
  done
  return 1
}

# Sets JAVA_HOME to a JDK that is new enough; installs one where that is possible.
need_jdk() {
  local jdk manager package
  if ! jdk=$(find_jdk); then
    manager=$(manager) && package=$(package "$manager" jdk) && install "$package" || true
    jdk=$(find_jdk) || die "no JDK $java_needed or newer found. Get one with: ${package:+$(remedy jdk) (where your system has it), or }\
'sdk install java $java_needed-tem' (sdkman.io), or unpack one from adoptium.net below /opt. For a JDK in another place, set JAVA_HOME."
  fi
  export JAVA_HOME=$jdk
}

# ---- the build

# Whether anything is newer than the last build: a source, a pom, or a folder from which a file was deleted.
stale() {
  [ -f "$dist/stamp" ] && [ -f "$dist/tapedeck.jar" ] || return 0
  [ -n "$(find "$root"/pom.xml "$root"/*/pom.xml "$root"/*/src/main "$root"/web/{src,public,index.html,package.json} \
    -newer "$dist/stamp" -print -quit 2>/dev/null)" ]
}

# Runs a command with its output in a log; on failure it shows the end of the log.
logged() {
  local log=$logs/$1.log
  shift
  mkdir -p "$logs"
  if ! "$@" >"$log" 2>&1 </dev/null; then
    { grep -E '^\[(ERROR|WARNING)\]' "$log" || cat "$log"; } | tail -n 25 >&2
    die "the build failed; the whole log is $log"
  fi
}

# Runs one command of a kind at a time, whoever starts it: the others wait, and then find the work done.
locked() { # locked KIND COMMAND…
  local lock=$root/target/$1.lock
  shift
  mkdir -p "$root/target"
  if command -v flock >/dev/null; then
    exec 9>"$lock"
    flock 9
    "$@" 9>&-
    exec 9>&-
  else
    until mkdir "$lock.d" 2>/dev/null; do sleep 1; done
    # shellcheck disable=SC2064 # the lock of now
    trap "rmdir '$lock.d' 2>/dev/null" EXIT
    "$@"
    rmdir "$lock.d"
    trap - EXIT
  fi
}

# Builds when a source is newer than the last build.
build() {
  locked build build_if_stale
}

build_if_stale() {
  need_jdk
  if ! stale && [ "$(cat "$dist/java" 2>/dev/null)" = "$JAVA_HOME/bin/java" ]; then return; fi
  need maven ffmpeg lame
  local page=
  if [ -d "$root/web" ] && ! try node; then
    page=-Dexec.skip=true
    say "without Node 20.19 or newer the page is left out; the rest works. Get it from nodejs.org"
  fi
  say "building; the first time takes some minutes"
  mkdir -p "$dist" "$logs"
  : >"$dist/started"
  logged build maven -q -pl app -am package -Dmaven.test.skip=true ${page:+"$page"}
  echo "$JAVA_HOME/bin/java" >"$dist/java"
  rehearse
  mv "$dist/started" "$dist/stamp"
}

# ---- the small ffmpeg and the faster LAME (dev/media-tools)

# Whether a file is there and younger than the system's ffmpeg or LAME: after an update of the system both are built anew, and what was
# built before is not used.
is_current() {
  [ -f "$1" ] && [ -z "$(find -L "$(command -v ffmpeg || echo "$1")" /usr/lib/*/libmp3lame.so.0 -cnewer "$1" -print -quit 2>/dev/null)" ]
}

# Sets $ffmpeg and $libmp3lame to those that were built here, where the settings name no others.
find_media_tools() {
  ffmpeg=${TAPEDECK_CONVERTER_FFMPEG:-}
  libmp3lame=${TAPEDECK_CONVERTER_LAME:-}
  [ -n "$ffmpeg" ] || [ ! -x "$tools/ffmpeg" ] || ! is_current "$tools/ffmpeg.checked" || ffmpeg=$tools/ffmpeg
  [ -n "$libmp3lame" ] || [ ! -f "$tools/libmp3lame.so.0" ] || ! is_current "$tools/libmp3lame.so.0.checked" ||
    libmp3lame=$tools/libmp3lame.so.0
}

# Starts their build in the background, once, and says so in one line; says once, too, what came of it if it failed. A build that was
# cut off is started again.
offer_media_tools() {
  local each missing=() failed
  [ "${TAPEDECK_MEDIA_TOOLS:-${TAPEDECK_FAST_LAME:-yes}}" != no ] && has apt-get && [ -w "$root/target" ] || return 0
  if is_current "$tools/tried"; then
    [ ! -s "$tools/tried" ] && return
    failed=$(cat "$tools/tried")
    : >"$tools/tried"
    say "$failed could not be built ($logs/media-tools.log), so the system's is used; dev/media-tools tries again"
    return
  fi
  mkdir -p "$tools" "$logs"
  for each in gcc make perl dpkg-source flock; do has "$each" || missing+=("$each"); done
  if [ ${#missing[@]} -gt 0 ]; then
    say "with a C compiler a faster LAME and ffmpeg could be built here (dev/media-tools): files take a third less time"
    : >"$tools/tried"
  elif flock -n "$root/target/media-tools.lock" true; then
    say "building a faster LAME and ffmpeg in the background, used from a later start on; TAPEDECK_MEDIA_TOOLS=no forbids it"
    each=
    ! has setsid || each=setsid
    # No child of ours, because the JVM that this process becomes would never ask for its end.
    (TAPEDECK_MEDIA_TOOLS=no $each "$root/dev/media-tools" --background >"$logs/media-tools.log" 2>&1 </dev/null &)
  fi
}

maven() { (cd "$root" && mvn -B "$@"); }

# Lets the JVM record once what it loads and compiles, so that later starts are fast (JEP 514). It is never needed, only faster.
# convert is short-lived, so it has a cache of its own without the server's classes.
rehearse() {
  rehearse_to tapedeck
  rehearse_to convert --convert
}

rehearse_to() {
  local work cache=$dist/$1.aot launcher=()
  [ "$1" != convert ] || launcher=("-Dtapedeck.launcher=$dist/launcher") # as ./tapedeck does
  shift
  rm -f "$cache"
  work=$(mktemp -d) || return 0
  "$JAVA_HOME/bin/java" -XX:+UseSerialGC "-Xbootclasspath/a:$dist/lib/picocli.jar" -Xlog:disable \
    -XX:AOTCacheOutput="$work/made.aot" ${launcher[@]+"${launcher[@]}"} \
    -jar "$dist/tapedeck.jar" rehearse "$@" "$work" >"$logs/rehearsal.log" 2>&1 </dev/null &&
    mv "$work/made.aot" "$cache" || true
  rm -rf "$work"
}
