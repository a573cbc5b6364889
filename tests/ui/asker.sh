#!/bin/sh
# A scripted agent: colours, a question that blocks, what it was told, and then whatever is typed.
printf '\033[1;32mreading\033[0m the tests\n'
[ -z "$COCKPIT_TEST_LINES" ] || seq 1 "$COCKPIT_TEST_LINES"
printf '\nIt wants to run\n    rm -rf build\n'
printf 'Allow it? [y/n] '
read -r answer
printf 'you said <%s>\n' "$answer"
while IFS= read -r line; do
    printf 'heard <%s>\n' "$line"
    [ "$line" = again ] && printf 'Allow more? [y/n] '
done
