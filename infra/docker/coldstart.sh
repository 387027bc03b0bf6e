#!/usr/bin/env bash
# Measures a cold start: from the start of the process to the first HTTP answer with a fused picture. README.md has the figures.
set -euo pipefail
shopt -s inherit_errexit
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=infra/docker/http.sh
source "$here/http.sh"

usage() {
  cat <<'TEXT'
usage: coldstart.sh [--home DIR] [--runs N] [JAVA OPTION...]

  --home DIR  what stage.sh and archive.sh made, at the place that they were told: /opt/facefuse
  --runs N    how many are counted, after one that is not: 9

On a machine with other work, run it with their scheduling class above the rest: chrt -r 10 coldstart.sh
TEXT
}

die() {
  echo "coldstart.sh: $1" >&2
  exit "${2:-1}"
}

home=/opt/facefuse
runs=9
while [ $# -gt 0 ]; do
  case $1 in
    --help) usage; exit ;;
    --home | --runs)
      [ $# -ge 2 ] || die "$1 needs a value; --help says which" 2
      declare "${1#--}=$2"
      shift 2 ;;
    -*) break ;;
    *) die "unknown argument $1; --help says which there are" 2 ;;
  esac
done
[[ $runs =~ ^[1-9][0-9]*$ ]] || die "--runs is a number from 1, not $runs" 2
[ -f "$home/serve.options" ] || die "$home/serve.options is not there: stage.sh and archive.sh make it"
samples=$here/../../models/src/main/resources/dev/facefuse/models/samples
port=18084
work=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT
form "$samples/mona-lisa.jpg" "$samples/astronaut.png" "$work/form"

since() {
  local now=$EPOCHREALTIME
  echo $(((${now/./} - ${1/./}) / 1000))
}
for run in $(seq 0 "$runs"); do
  start=$EPOCHREALTIME
  "$home/jre/bin/java" "@$home/serve.options" "$@" -jar "$home/facefuse.jar" serve --port $port >"$work/log" 2>&1 &
  pid=$!
  listening $port $pid || { cat "$work/log" >&2; die "the server did not start"; }
  listens=$(since "$start")
  fuse $port "$work/form" "$work/answer"
  fused=$(since "$start")
  kill $pid
  wait $pid || [ $? -eq 143 ] || die "SIGTERM did not end the server"
  pid=
  [ "$run" -eq 0 ] || echo "$fused $listens" >>"$work/times"
done

# line COLUMN NAME
line() {
  cut -d ' ' -f "$1" "$work/times" | sort -n | awk -v name="$2" \
    '{ time[NR] = $1 } END { printf "%-9s median %d ms, %d to %d\n", name, (time[int((NR + 1) / 2)] + time[int(NR / 2) + 1]) / 2, time[1], time[NR] }'
}
echo "$("$home/jre/bin/java" --version | head -n 1), $(nproc) processors, $runs starts"
line 2 listening
line 1 fused
