#!/bin/sh
# A scripted agent that adds things.
name=builder colour=36
step() {
  case $(($1 % 4)) in
    1) head_line "Read($2)"; detail "$(wc -l <"$2") lines" ;;
    2) head_line "Plan"; detail "$((3 + $1 % 3)) places to change" ;;
    3) head_line "Edit($2)"; change "$2"; detail "+1 line" ;;
    0) head_line "Run(make test)"; detail "ok, $((10 + $1)) tests" ;;
  esac
}
. "${0%/*}/common.sh"
