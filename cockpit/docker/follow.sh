# Run by cockpit inside a container that shares no folder with its host: tells what changes in an attempt's folder, one
# line each, until the exit code is told or nobody listens any more (stdin ends).
#   file NAME BASE64       the whole of a small file
#   log BASE64             the next bytes of output.log
#   request NAME BASE64    the shim asks for something
# FOLDER OFFSET            bytes of output.log that were told before
folder=$1 offset=$2
cd "$folder" || exit 66
exec 3<&0
(cat <&3 >/dev/null; kill "$$") 2>/dev/null &

seen=
told=

coded() { base64 | tr -d '\n'; }

tell_log() {
  size=$(wc -c <output.log 2>/dev/null) || return
  while [ "$offset" -lt "$size" ]; do
    step=$((size - offset))
    [ "$step" -gt 262144 ] && step=262144
    echo "log $(tail -c "+$((offset + 1))" output.log | head -c "$step" | coded)"
    offset=$((offset + step))
  done
}

tell_changes() { # the old look and the new one, a line for each file
  for name in started pid heartbeat progress.md; do
    line=$(echo "$2" | grep "^$name|")
    [ -n "$line" ] && [ "$line" != "$(echo "$1" | grep "^$name|")" ] && echo "file $name $(coded <"$name")"
  done
}

last_words() { # output is still on its way through tmux: until there was no more for a while
  quiet=0 rounds=0
  while [ "$quiet" -lt 3 ] && [ "$rounds" -lt 50 ]; do
    before=$offset
    tell_log
    quiet=$((quiet + 1)) rounds=$((rounds + 1))
    [ "$before" = "$offset" ] || quiet=0
    sleep 0.15 2>/dev/null || sleep 1
  done
}

while :; do
  now=$(stat -c '%n|%y|%s' started pid heartbeat progress.md output.log exit_code requests 2>/dev/null)
  if [ "$now" != "$seen" ]; then
    tell_changes "$seen" "$now"
    tell_log
    for request in requests/*.json; do
      case " $told " in *" $request "*) continue;; esac
      [ -f "$request" ] && told="$told $request" && echo "request ${request#requests/} $(coded <"$request")"
    done
    seen=$now
  fi
  if [ -f exit_code ]; then
    last_words
    echo "file exit_code $(coded <exit_code)"
    exit 0
  fi
  sleep 0.5 2>/dev/null || sleep 1
done
