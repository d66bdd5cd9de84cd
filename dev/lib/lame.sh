# LAME for today's processors, for dev/media-tools. Sums are reordered and some functions replaced (dev/lib/lame), so the MP3s
# differ from those of the system's library in some bits. They are compared: the same for any number of threads, about as large, and
# about as near to their source.
# shellcheck shell=bash disable=SC2154 # dev/media-tools sets them
package=libmp3lame0
source=lame
file=libmp3lame.so.0
elsewhere="Elsewhere build libmp3lame with '-O3 -march=native' and set converter.lame"

fetched() { :; }

# Replaces LAME's functions by ours of the same names, keeping LAME's as NAME_of_lame; then changes whole files by the scripts for them.
replace() {
  local ours name
  for ours in "$root"/dev/lib/lame/*.c; do
    name=$(basename "$ours" .c)
    name=$name ours=$ours perl -0777 -pi -e 'open my $f, "<", $ENV{ours} or die; my $ours = <$f>;
      s/^\Q$ENV{name}\E(\(.*?^\}\n)/$ENV{name}_of_lame$1\n$ours/ms or die "LAME has no $ENV{name}"' \
      "$(grep -l "^$name(" libmp3lame/*.c)"
  done
  for ours in "$root"/dev/lib/lame/*.pl; do
    perl -0777 -pi "$ours" "libmp3lame/$(basename "$ours" .pl).c"
  done
}

compile() {
  replace
  # The parts of -ffast-math, without the one that changes how the whole process treats denormal numbers; and narrow vectors, because
  # bands are short.
  local math='-fno-math-errno -fno-trapping-math -fno-signed-zeros -fassociative-math -freciprocal-math -ffinite-math-only'
  CFLAGS="-O3 -march=$processor -mprefer-vector-width=128 $math" ./configure -q --disable-static --disable-frontend --disable-decoder
  make -s -j"$jobs"
  cp -L libmp3lame/.libs/libmp3lame.so.0 "$made"
}

# A minute with some of everything: a sweep, beats, noise, clicks at full scale, silence.
source_audio() {
  local left='0.4*sin(2*PI*(200+t*90)*t)+0.3*random(0)*exp(-20*mod(t*3\,1))' right='0.4*sin(2*PI*330*t)*sin(t)+0.2*random(1)*gt(sin(t)\,0.8)'
  local click='0.99*lt(mod(t\,1.7)\,0.0001)'
  ffmpeg -v error -f lavfi -i "aevalsrc=($left+$click)*lt(t\,50)|($right-$click)*lt(t\,50):s=44100:d=60" "$work/in.wav"
  # What makes sums fail: noise at full scale, then silence.
  ffmpeg -v error -f lavfi -i "aevalsrc=(2*random(0)-1)*lt(t\,8)|(2*random(1)-1)*lt(t\,8):s=44100:d=12" "$work/edge.wav"
}

convert() { # convert LIBRARY INPUT OUT OPTION…
  TAPEDECK_CONVERTER_LAME=$1 "$root/tapedeck" convert --force "${@:4}" -o "$3" "$work/$2.wav" >/dev/null
}

# One line for each kind of MP3: its input and options, its bytes, how far its errors are below its source in dB (left and right
# added), and the bytes it decodes to.
judged() { # judged LIBRARY
  local input options n=0
  for options in 'in -q 0' 'in -q 2' 'in -q 5' 'in -q 9' 'in -b 128' 'in -b 320' 'edge -q 2' 'edge -b 128'; do
    n=$((n + 1))
    input=${options%% *}
    # shellcheck disable=SC2086 # options are words
    convert "$1" "$input" "$work/$n.mp3" ${options#* }
    echo "$options, $(stat -c %s "$work/$n.mp3"), $(ffmpeg -nostdin -hide_banner -i "$work/$input.wav" -i "$work/$n.mp3" -lavfi asdr -f null - 2>&1 |
      awk '/SDR ch/ { sum += $(NF - 1) } END { print sum }'), $(ffmpeg -v error -nostdin -i "$work/$n.mp3" -f s16le - | wc -c)"
  done
}

# Whether the new library's MP3s are as good as those of the system's, and the same for any number of threads.
as_good() {
  local n options sums
  source_audio
  judged "$(ldconfig -p | awk '/libmp3lame\.so\.0 / { print $NF; exit }')" >"$work/system.judged"
  echo "# lame $version for $processor: options, bytes, dB, samples of the distribution's; of this one"
  judged "$made" | paste -d , "$work/system.judged" - | tee "$work/both.judged"
  awk -F', *' 'NF != 8 || $7 !~ /^-?[0-9]/ || $2 * 1.001 < $6 || $3 - 0.2 > $7 || $4 != $8 { bad = 1; print > "/dev/stderr" }
    END { exit bad || NR != 8 }' "$work/both.judged"
  for options in '-q 2' '-b 128'; do
    sums=$(for n in 1 2 3 3; do
      # shellcheck disable=SC2086 # options are words
      convert "$made" in "$work/threads.mp3" $options --threads "$n"
      cksum <"$work/threads.mp3"
    done | sort -u | wc -l)
    [ "$sums" = 1 ] || { echo "other bytes with another number of threads: $options" >&2; return 1; }
  done
}
