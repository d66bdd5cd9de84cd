#!/usr/bin/env bash
# Somebody's way through a server: signs up, confirms the address that the first e-mail names, uploads a video, downloads its MP3 and finds the
# e-mail that tells of it.
#   dev/lib/journey.sh URL MAILPIT VIDEO        MAILPIT is the address of a mailpit that catches the server's e-mails
set -euo pipefail
url=$1 mail=$2 video=$3
fail() { printf 'tapedeck: %s\n' "$*" >&2; exit 1; }
person=ada-$RANDOM$RANDOM@example.org
login="{\"email\":\"$person\",\"password\":\"a long and quiet river\"}"
json() { curl -sf --retry 10 --retry-connrefused -H 'Content-Type: application/json' "$@"; }
mails() { curl -sf "$mail/api/v1/search?query=to:$person"; }
# Waits for so many e-mails to this person; prints the newest.
newest() {
  for _ in $(seq 300); do
    [ "$(mails | sed 's/.*"messages_count":\([0-9]*\).*/\1/')" -lt "$1" ] || break
    sleep 0.2
  done
  curl -sf "$mail/api/v1/message/$(mails | grep -o '"ID":"[^"]*"' | head -n 1 | cut -d '"' -f 4)" || fail "e-mail $1 did not come"
}

json -o /dev/null -d "$login" "$url/v1/accounts" || fail "no account could be made"
token=$(json -d "$login" "$url/v1/sessions" | sed 's/.*"accessToken":"\([^"]*\)".*/\1/') || fail "nobody can sign in"
# The first e-mail that an address gets asks whether it is right.
json -o /dev/null -d "{\"email\":\"$person\"}" "$url/v1/password-resets" || fail "no e-mail was asked for"
question=$(newest 1)
json -o /dev/null -d '{}' "$url/$(grep -o 'v1/email-confirmations/[0-9a-f]*' <<<"$question" | head -n 1)" || fail "the address could not be confirmed"

ask() { curl -sf -H "Authorization: Bearer $token" "$@"; }
id=$(ask -F "file=@$video" "$url/v1/conversions" | sed 's/^{"id":"\([^"]*\)".*/\1/') || fail "the video was refused"
for _ in $(seq 10); do
  state=$(ask "$url/v1/conversions/$id?wait=30" | sed 's/.*"state":"\([^"]*\)".*/\1/')
  [ "$state" != ready ] || break
done
[ "$state" = ready ] || fail "the conversion is $state"
[ "$(ask "$url/v1/conversions/$id/mp3" | head -c 3)" = ID3 ] || fail "the MP3 is not there"
ready=$(newest 2)
printf 'tapedeck: %s signed up, got an MP3 and an e-mail: %s\n' "$person" "$(sed 's/.*"Subject":"\([^"]*\)".*/\1/' <<<"$ready")" >&2
