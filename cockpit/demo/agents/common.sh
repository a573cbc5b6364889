# What the scripted agents of the demo share. They are no intelligence: they read the prompt's first line as the task,
# and below it lines such as `steps: 5`, `write: FILE`, `fail: once` (or `always`), `ask: QUESTION`, `then: PROJECT PRIORITY TASK`.
#
# Sourced by builder.sh and fixer.sh, which set `name`, `colour` and `step N FILE`. Arguments: the prompt's file, seconds
# of every pause, seconds to wait for an answer.
prompt=$1 pause=$2 patience=$3
task=$(sed -n 1p "$prompt")

word() { sed -n "s/^$1: //p" "$prompt"; }
nap() { sleep "$pause"; }
head_line() { printf '\033[%sm●\033[0m %s\n' "$colour" "$1"; nap; }
detail() { printf '  \033[2m⎿ %s\033[0m\n' "$1"; nap; }
tell() { cockpit progress "$1" "$2"; }

# A witness apart from cockpit: two agents that work for one user at the same time find each other here.
alone() {
  mkdir -p "$DEMO_BUSY"
  other=$(cat "$DEMO_BUSY/$COCKPIT_USER" 2>/dev/null) || other=
  if [ -n "$other" ] && kill -0 "$other" 2>/dev/null; then
    printf '\033[31mprocess %s works for %s at this moment\033[0m\n' "$other" "$COCKPIT_USER"
    exit 99
  fi
  echo "$$" >"$DEMO_BUSY/$COCKPIT_USER"
  trap 'rm -f "$DEMO_BUSY/$COCKPIT_USER"' EXIT
  trap 'exit 143' TERM HUP INT
}

# Any key answers; silence means no.
ask() {
  printf '\n\033[1m%s [y/N]\033[0m ' "$1"
  saved=$(stty -g 2>/dev/null) && stty -icanon min 0 time 10
  answer='' left=$patience
  while [ -z "$answer" ] && [ "$left" -gt 0 ]; do
    answer=$(dd bs=1 count=1 2>/dev/null)
    left=$((left - 1))
  done
  [ -n "$saved" ] && stty "$saved"
  case $answer in
    [yY]) printf '\nGoing on.\n' ;;
    '') printf '\nNobody answered: I leave that part out.\n' ;;
    *) printf '\nThen I leave that part out.\n' ;;
  esac
}

enqueue_more() {
  word then | while read -r project priority what; do
    printf '%s\n\nsteps: 3\n' "$what" | cockpit enqueue "$project" - --priority "$priority"
  done
}

change() {
  [ -n "$1" ] || return 0
  mkdir -p "$(dirname "$1")"
  printf '# %s (job %s, attempt %s)\n' "$task" "$COCKPIT_JOB_ID" "$COCKPIT_ATTEMPT" >>"$1"
}

work() {
  alone
  printf '\033[1;%sm✳ %s\033[0m  %s\n\n' "$colour" "$name" "$task"
  steps=$(word steps) question=$(word ask) number=0
  while [ "$number" -lt "${steps:-4}" ]; do
    number=$((number + 1))
    step "$number" "$(git ls-files | sed -n "$((number % 3 + 1))p")"
    tell $((number * 90 / ${steps:-4})) "step $number of ${steps:-4}"
    if [ -n "$question" ] && [ "$number" -eq 2 ]; then
      tell 50 "asks: $question"
      ask "$question"
    fi
  done
  failing=$(word fail)
  if [ "$failing" = always ] || { [ "$failing" = once ] && [ "$COCKPIT_ATTEMPT" -eq 1 ]; }; then
    printf '\n\033[31m✗ 2 of 14 tests fail\033[0m\n'
    exit 1
  fi
  change "$(word write)"
  enqueue_more
  printf '\n'
  git -c color.ui=always status --short
  tell 100 "done"
  printf '\n\033[32m✓ done\033[0m\n'
}

work
