# An ffmpeg that can do nothing but what Tapedeck asks of it, for dev/media-tools: one file without shared libraries, network, devices,
# playlists, subtitles and video decoders. What is in it stands in dev/lib/ffmpeg/components, which RecipeTest makes of the code's own lists.
# shellcheck shell=bash disable=SC2154 # dev/media-tools sets them
package=ffmpeg
source=ffmpeg
file=ffmpeg
elsewhere="Elsewhere use the system's ffmpeg, or build one with dev/lib/ffmpeg/components and set converter.ffmpeg"
lib=$root/dev/lib/ffmpeg

# No argument names these. Parsers cut a stream of audio, or of a picture, into packets; image2pipe writes a GIF by the muxer gif.
parsers=aac,aac_latm,ac3,amr,cook,dca,dolby_e,flac,ftr,g723_1,g729,gsm,misc4,mlp,mpegaudio,opus,sipr,tak,vorbis,xma,bmp,gif,mjpeg,png,webp
muxers=gif

# Libraries that files need (compressed headers, PNG), and the assembler: without it decoders are slower, and round otherwise.
fetched() {
  echo zlib1g-dev libbz2-dev
  case $(uname -m) in x86_64 | i?86) echo nasm ;; esac
}

listed() { # listed KIND: with commas
  awk -v kind="$1" '$1 == kind { print $2 }' "$lib/components" | paste -s -d , -
}

# Some have another name where they are configured than where they are used.
configured() { # configured KIND
  listed "$1" | tr , '\n' |
    case $1 in
      demuxer) sed 's/^mpeg$/mpegps/; s/^shn$/shorten/; s/_pipe$/&/; s/^.*_pipe$/image_&/' ;;
      decoder) sed 's/^real_/ra_/; s/^8svx/eightsvx/; s/^g72[26]/adpcm_&/; s/^atrac3plus/atrac3p/; s/-/_/g' ;;
      *) cat ;;
    esac | paste -s -d , -
}

compile() {
  local lib_folder hardened='-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE' linked='-static-pie -Wl,-z,relro,-z,now'
  local sanitizer=()
  lib_folder=$work/root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
  export PATH=$work/root/usr/bin:$PATH
  if [ -n "$sanitized" ]; then
    # It sees what C code reads and writes, not what the assembler does.
    hardened='-fsanitize=address -fno-omit-frame-pointer -g1 -O1'
    linked='-fsanitize=address'
    sanitizer=(--disable-asm --disable-stripping)
  fi
  ./configure --extra-version="${version##*-}-tapedeck" --enable-pic --disable-debug --disable-doc --disable-ffplay --disable-ffprobe \
    --disable-everything --disable-autodetect --disable-network --disable-avdevice --disable-iconv --enable-zlib --enable-bzlib \
    --enable-protocol="$(listed protocol)" --enable-demuxer="$(configured demuxer)" --enable-decoder="$(configured decoder)" \
    --enable-parser=$parsers --enable-filter="$(listed filter)" --enable-encoder="$(listed encoder)" \
    --enable-muxer="$(listed muxer),$muxers" ${sanitizer[@]+"${sanitizer[@]}"} \
    --extra-cflags="-I$work/root/usr/include $hardened" --extra-ldflags="-L$lib_folder $linked"
  make -s -j"$jobs" ffmpeg
  cp ffmpeg "$made"
}

# ---- the comparison

names() { # names FFMPEG KIND: what it has of a kind
  "$1" -hide_banner "-${2}s" 2>/dev/null | case $2 in
    protocol) sed -n '/^Input:/,/^Output:/s/^  //p' ;;
    filter) awk "/->/ { print \$2 }" ;;
    *) awk "seen { print \$2 } /^ *--+\$/ { seen = 1 }" | tr , "\n" ;;
  esac | sort -u
}

# Whether the new one has every component that the list names and the distribution's has, and is a file of its own.
is_whole() {
  local kind missing
  for kind in demuxer decoder muxer encoder filter protocol; do
    missing=$(comm -23 <(comm -12 <(listed $kind | tr , '\n' | sort -u) <(names "$systems" $kind)) <(names "$made" $kind) | grep -v '^lib' || true)
    [ -z "$missing" ] || { echo "these $kind""s are missing:" $missing >&2; return 1; }
  done
  [ "$(names "$made" protocol | paste -s -d , -)" = file,pipe ] || { echo "it has other protocols than files and pipes" >&2; return 1; }
  ! ldd "$made" | grep '=>' >&2
}

# One file for each line of `samples`, as far as the distribution's ffmpeg can make it.
make_samples() {
  local name options
  mkdir -p "$work/samples"
  cd "$work/samples"
  for name in png webp gif bmp tiff jpg; do
    "$systems" -v error -nostdin -f lavfi -i testsrc=s=64x48 -frames:v 1 "../c.$name"
  done
  "$systems" -v error -nostdin -f lavfi -i testsrc=s=1600x1500 -frames:v 1 ../large.png
  while IFS='|' read -r name options; do
    case $name in '' | '#'*) continue ;; esac
    name=${name// /}
    # shellcheck disable=SC2086 # words
    "$systems" -v error -nostdin -y -f lavfi -i 'testsrc=d=2:s=720x576:r=25' -f lavfi -i "$tones" $options -strict -2 "$name" ||
      { echo "left out: $name"; rm -f "$name"; }
  done <"$lib/samples"
  cd "$work"
}
# Chords that swell, clicks and a little hiss; another signal at the other side.
tones='aevalsrc=0.4*sin(2*PI*440*t)*sin(t)+0.2*random(0)*exp(-20*mod(t*3\,1))|0.4*sin(2*PI*(200+t*90)*t)+0.5*lt(mod(t\,0.7)\,0.0002):s=48000:d=2'

decoded() { # decoded FFMPEG FILE: the checksum of all its tracks' audio, and their bytes
  { "$1" -v fatal -nostdin -protocol_whitelist file,pipe -codec_whitelist "$(listed decoder)" -vn -sn -dn -i "file:$2" -map 0:a \
    -c:a pcm_f32le -fflags +bitexact -f matroska pipe:1 || echo "exit code $?"; } | cksum
}

# The MP3s of all samples by Tapedeck, as checksums, with what it says of them.
converted() { # converted FFMPEG OPTION…: one line of each
  rm -rf "$work/mp3s"
  TAPEDECK_CONVERTER_FFMPEG=$1 "$root/tapedeck" convert --json "${@:2}" -o "$work/mp3s/" "$work"/samples/* |
    sed -E 's/"seconds":[0-9.]+//; s/"tools":\{[^}]*\}//' | sort || true # exit code 1: some have no audio left
}

# Leaves beside the result what dev/fuzz begins with: the samples, and the covers.
fuzzed() {
  systems=$(command -v ffmpeg)
  make_samples >&2
  rm -rf "$to/samples"
  mv "$work/samples" "$to/samples"
  mv "$work"/c.* "$to/samples"
  echo "# ffmpeg $version with the address sanitizer; compared with nothing"
}

as_good() {
  [ -z "$sanitized" ] || { fuzzed; return; }
  local each theirs options mp3s count=0
  systems=$(command -v ffmpeg)
  is_whole
  make_samples >&2
  echo "# ffmpeg $version: sample, checksum and bytes of its audio, the same by both; then options and MP3s, the same by both"
  for each in "$work"/samples/*; do
    theirs=$(decoded "$systems" "$each")
    [ "$theirs" = "$(decoded "$made" "$each")" ] || { echo "other audio of ${each##*/}" >&2; return 1; }
    echo "${each##*/} $theirs"
    [ "${theirs#* }" -le 10000 ] || count=$((count + 1))
  done
  [ $count -ge 60 ] || { echo "only $count samples could be made and have audio" >&2; return 1; }
  for options in '-q 2' '-b 128 --mono --loudness -16 --start 0.3' '--track mix'; do
    # shellcheck disable=SC2086 # words
    converted "$systems" $options >"$work/theirs"
    # shellcheck disable=SC2086 # words
    converted "$made" $options >"$work/ours"
    diff "$work/theirs" "$work/ours" >&2 || { echo "other MP3s: $options" >&2; return 1; }
    mp3s=$(grep -c '"state":"ready"' "$work/ours") || true
    [ "$mp3s" -ge 60 ] || { echo "only $mp3s MP3s were made: $options" >&2; return 1; }
    echo "$options: $mp3s MP3s"
  done
}
