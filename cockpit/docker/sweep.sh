# Run by cockpit inside a container, as the agents' user: finds the processes of one attempt, and ends them.
# They are those that carry its tag, those whose environment carries the job's id and fence, and those in the session of
# its run.sh (the pane's terminal). Prints `found N` and `left N`.
#   JOB_ID FENCE ATTEMPT_FOLDER GRACE TAG     GRACE in tenths of a second between TERM and KILL; `look` only counts
job=$1 fence=$2 folder=$3 grace=$4 tag=$5

root=
[ -f "$folder/pid" ] && read -r root <"$folder/pid"
case $root in ''|*[!0-9]*) root=;; esac
# The number may be somebody else's by now. A session's number is free only when its last member is gone, so the
# session is ours if its leader is run.sh, or nobody.
if [ -n "$root" ] && [ -d "/proc/$root" ] && ! tr '\0' '\n' <"/proc/$root/cmdline" | grep -qxF "$folder/run.sh"; then
  root=
fi

carries() {
  [ "$(tr '\0' '\n' <"/proc/$1/environ" 2>/dev/null |
    grep -cxF -e "COCKPIT_JOB_ID=$job" -e "COCKPIT_FENCE=$fence")" = 2 ]
}

find_all() {
  marked=$(grep -lsF "COCKPIT_JOB_ID=$job" /proc/[0-9]*/environ)
  tagged=$(grep -ls "^Max resident set  *$tag " /proc/[0-9]*/limits)
  found=
  for folder_of in /proc/[0-9]*; do
    pid=${folder_of#/proc/}
    { read -r line <"$folder_of/stat"; } 2>/dev/null || continue
    rest=${line##*) }
    set -- $rest
    [ "$1" = Z ] || [ "$1" = X ] && continue
    if [ -n "$root" ] && [ "$4" = "$root" ]; then
      found="$found $pid"
    else
      case "
$marked
$tagged
" in *"
$folder_of/limits
"*) found="$found $pid";; *"
$folder_of/environ
"*) carries "$pid" && found="$found $pid";; esac
    fi
  done
}

count() { set -- $found; echo $#; }

find_all
echo "found $(count)"
[ "$grace" = look ] && exit 0
if [ -n "$found" ]; then
  kill -TERM $found 2>/dev/null
  kill -CONT $found 2>/dev/null # a stopped process would sleep through its TERM
fi
while [ -n "$found" ] && [ "$grace" -gt 0 ]; do
  sleep 0.1 2>/dev/null || { sleep 1; grace=$((grace - 9)); }
  grace=$((grace - 1))
  find_all
done
rounds=0
while [ -n "$found" ] && [ "$rounds" -lt 20 ]; do # who forks faster than we look is killed with its children
  kill -KILL $found 2>/dev/null
  sleep 0.05 2>/dev/null || sleep 1
  rounds=$((rounds + 1))
  find_all
done
echo "left $(count)"
