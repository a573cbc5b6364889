#!/bin/sh
# One attempt of one job: starts the agent once, and tells how it ended.
#
# Beside this file lies `env`, written by cockpit, every value quoted: exports, and the command as positional parameters.
# It is emptied as soon as it is read: it may hold secrets. POSIX sh, so that it runs in any container.
cd "${_cockpit_folder:-${0%/*}}" || exit 75 # a spare window's shell reads this file, and says where it is

# With noclobber the file is made or the line fails (O_EXCL): of this script and a scheduler that is not sure whether it
# ever ran, one wins.
set -C
echo "run $$" 2>/dev/null >started || exit 75
set +C
echo "$$" >pid

. ./env
: >env # nothing to fork for; whoever cleans up after us removes it
# These reach the agent as well, and it decides; this script stays to tell the exit code. HUP is another matter: the
# terminal is gone. The kernel tells only us, and the agent once we have died of it.
trap : TERM INT

(
  trap '' INT HUP
  trap 'kill "$pause"; exit' TERM
  while kill -0 "$$"; do
    echo >"$COCKPIT_JOB_DIR/heartbeat"
    sleep 60 &
    pause=$!
    wait "$pause"
  done
) </dev/null >/dev/null 2>&1 &
beat=$!

# In the foreground: a background process would lose the terminal.
(cd -- "$COCKPIT_WORKDIR" && exec "$@")
code=$?

# Not waited for: a signal that comes right before the `wait` in there is noticed a minute late (dash). The sweep after
# us ends what is left.
kill "$beat" 2>/dev/null
# On a full disk no new file gets a byte; `started` has a block since before the agent ran, with room left in it.
{ echo "$code" >e.$$ && mv e.$$ exit_code; } 2>/dev/null || echo "exit $code" >>started
