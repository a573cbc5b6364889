#!/bin/sh
# A scripted agent that mends things.
name=fixer colour=35
step() {
  case $(($1 % 4)) in
    1) head_line "Reproduce"; detail "seen: it fails 1 time in 3" ;;
    2) head_line "Search($2)"; detail "$(git log --oneline -- "$2" | wc -l) commits touched it" ;;
    3) head_line "Edit($2)"; change "$2"; detail "+1 line" ;;
    0) head_line "Run(make test)"; detail "ok, $((10 + $1)) tests" ;;
  esac
}
. "${0%/*}/common.sh"
