#!/bin/sh
# `cockpit` inside a container: what an agent can say from there.
#
#   cockpit progress PERCENT [MESSAGE...]     a line in the attempt's progress.md
#   cockpit enqueue ARGUMENTS...              a request to the cockpit outside, which answers
#
# A request is a JSON file in the attempt's folder, requests/NAME.json, renamed into place:
#   {"version": 1, "job_id": "...", "fence": "...", "argv_hex": ["..."], "stdin_hex": "..."}
# Words travel as hexadecimal digits, so that no character needs quoting. The answer is the file requests/NAME.reply:
# the exit code on its first line, then the text.

fail() { echo "cockpit: $2" >&2; exit "$1"; }

[ -n "$COCKPIT_JOB_DIR" ] && [ -d "$COCKPIT_JOB_DIR" ] || fail 2 "this works inside a job only (COCKPIT_JOB_DIR is not set)"

hex() { od -An -v -tx1 | tr -d ' \n'; }

progress() {
  case $1 in ''|*[!0-9%]*|%*|*%?*) fail 2 "'$1' is no percentage; write: cockpit progress 30 'what was done'";; esac
  percent=${1%\%}
  [ "$percent" -le 100 ] 2>/dev/null || fail 2 "'$1' is no percentage; it is 0 to 100"
  shift
  message=$(printf '%s ' "$@" | tr '\n\r\t' '   ')
  printf '%s%% %s\n' "$percent" "${message% }" >>"$COCKPIT_JOB_DIR/progress.md"
}

request() {
  folder=$COCKPIT_JOB_DIR/requests
  name=$(date +%s).$$
  mkdir -p "$folder" || exit 5
  words=
  input=
  for word in "$@"; do
    words="$words${words:+, }\"$(printf %s "$word" | hex)\""
    [ "$word" = - ] || [ "$word" = --batch ] && input=yes
  done
  [ -n "$input" ] && input=$(hex)
  printf '{"version": 1, "job_id": "%s", "fence": "%s", "argv_hex": [%s], "stdin_hex": "%s"}\n' \
    "$COCKPIT_JOB_ID" "$COCKPIT_FENCE" "$words" "$input" >"$folder/$name.tmp" || exit 5
  mv "$folder/$name.tmp" "$folder/$name.json" || exit 5
  wait_for_reply "$folder/$name"
}

wait_for_reply() {
  tries=0
  until [ -f "$1.reply" ]; do
    tries=$((tries + 1))
    [ "$tries" -gt 600 ] && fail 5 "the cockpit outside did not answer in 30 s; the request stays in $1.json"
    sleep 0.05 2>/dev/null || { sleep 1; tries=$((tries + 19)); }
  done
  code=$(head -n 1 "$1.reply")
  if [ "$code" = 0 ]; then tail -n +2 "$1.reply"; else tail -n +2 "$1.reply" >&2; fi
  rm -f "$1.reply"
  exit "$code"
}

case $1 in
  progress) shift; progress "$@";;
  enqueue) request "$@";;
  *) fail 2 "inside a container there are 'cockpit progress' and 'cockpit enqueue', not '$1'";;
esac
