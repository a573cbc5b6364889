#!/bin/sh
# A Docker engine for tests: its socket, its data and its pid lie in one folder, and nothing of the machine's own engine
# is touched. As root; needs dockerd (Debian: docker.io), and debootstrap the first time.
#
#   tools/docker_engine.sh start DIR         start it, wait until it answers, make the base image in it
#   tools/docker_engine.sh start DIR bare    the same without an image
#   tools/docker_engine.sh stop DIR          stop it (and what runs in it), remove DIR
#
# `start` prints the DOCKER_HOST to use. DIR should be short: a socket's path may have 107 bytes.
# The base image debian:bookworm-slim is made by debootstrap, since a registry can't be had everywhere; its archive is
# kept in $DOCKER_ENGINE_CACHE, else in the user's cache folder.
set -eu

BASE=debian:bookworm-slim
INCLUDE=tmux,git,procps
MIRROR=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

fail() {
    echo "docker_engine.sh: $*" >&2
    exit 1
}

engine() { docker --host "unix://$dir/docker.sock" "$@"; }

wait_until_it_answers() {
    tries=0
    until engine version >/dev/null 2>&1; do
        kill -0 "$started" 2>/dev/null || fail "dockerd ended: $(tail -n 3 "$dir/log")"
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || fail "dockerd did not answer in 60 s: $(tail -n 3 "$dir/log")"
        sleep 0.2
    done
}

make_archive() {
    command -v debootstrap >/dev/null || fail "debootstrap is missing (Debian: apt-get install debootstrap)"
    root=$(mktemp -d "$dir/root.XXXXXX")
    chmod 755 "$root"
    debootstrap --variant=minbase --include="$INCLUDE" bookworm "$root" "$MIRROR" >"$dir/debootstrap.log" 2>&1 ||
        fail "debootstrap failed: $(tail -n 2 "$dir/debootstrap.log")"
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/usr/share/doc/* "$root"/usr/share/man/*
    mkdir -p "$cache"
    tar -C "$root" -c . >"$archive.$$" && mv "$archive.$$" "$archive"
    rm -rf "$root"
}

make_base_image() {
    cache=${DOCKER_ENGINE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/cockpit-tests}
    archive=$cache/bookworm-$(echo "$INCLUDE" | tr , -)-$(uname -m).tar
    [ -s "$archive" ] || make_archive
    engine import "$archive" "$BASE" >/dev/null || fail "the base image was not imported"
}

start() {
    [ "$(id -u)" -eq 0 ] || fail "only root can start dockerd"
    command -v dockerd >/dev/null || fail "dockerd is missing (Debian: apt-get install docker.io)"
    command -v docker >/dev/null || fail "docker is missing (Debian: apt-get install docker.io)"
    mkdir -p "$dir"
    # Without a bridge and without iptables: several engines on one machine would fight over docker0 and its rules.
    dockerd --host "unix://$dir/docker.sock" --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/pid" \
        --bridge=none --iptables=false --ip6tables=false >"$dir/log" 2>&1 </dev/null &
    started=$!
    wait_until_it_answers
    [ "${1:-}" = bare ] || make_base_image
    echo "unix://$dir/docker.sock"
}

# A zombie does not run; where the first process reaps nobody, kill -0 still finds it.
runs() { read -r _ _ state _ 2>/dev/null <"/proc/$1/stat" && [ "$state" != Z ]; }

ends_within() { # PID TENTHS
    tries=0
    while runs "$1"; do
        tries=$((tries + 1))
        [ "$tries" -le "$2" ] || return 1
        sleep 0.1
    done
}

# What a killed engine leaves: containerd, and a shim for each container, whose command lines name our folder.
left_over() {
    printf '%s\n' "$dir/exec/containerd/containerd.sock" "$dir/exec/containerd/containerd.toml" |
        grep -lszxF -f - /proc/[0-9]*/cmdline | tr -dc '0-9\n'
}

stop() {
    pid=$(cat "$dir/pid" 2>/dev/null) || pid=
    if [ -n "$pid" ] && kill "$pid" 2>/dev/null; then
        ends_within "$pid" 300 || kill -9 "$pid"
    fi
    for pid in $(left_over); do
        kill -9 "$pid" 2>/dev/null && ends_within "$pid" 50 || :
    done
    # What stayed mounted would keep the folder busy.
    awk -v dir="$dir/" 'index($2, dir) == 1 { print $2 }' /proc/self/mounts | sort -r | while read -r point; do
        umount -l "$point" || :
    done
    rm -rf "$dir"
}

[ "$#" -ge 2 ] || fail "start DIR [bare] | stop DIR"
action=$1
case $2 in
/*) dir=$2 ;;
*) dir=$PWD/$2 ;;
esac
case $action in
start) start "${3:-}" ;;
stop) stop ;;
*) fail "start DIR [bare] | stop DIR" ;;
esac
