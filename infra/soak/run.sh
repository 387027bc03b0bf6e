#!/usr/bin/env bash
# Everybody at once at one server, and a verdict. README.md says who, and what must hold.
set -euo pipefail
shopt -s inherit_errexit
soak=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$soak/../.." && pwd)

usage() {
  cat <<'TEXT'
usage: run.sh [--minutes N] [--actors N] [--seed N] [--out DIR]

  --minutes N   of load (30)
  --actors N    at a time (8)
  --seed N      of chance (1)
  --out DIR     for report, plot and the server's log (infra/soak/reports)

Exits with 1 if the verdict does not hold.
TEXT
}

die() {
  echo "run.sh: $1" >&2
  exit "${2:-1}"
}

minutes=30
out=$soak/reports
arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    --help)
      usage
      exit ;;
    --minutes | --actors | --seed | --out) [ $# -gt 1 ] || die "$1 needs a value" 2 ;;
    *) die "unknown option $1; --help says which there are" 2 ;;
  esac
  case $1 in
    --minutes) minutes=$2 ;;
    --out) out=$2 ;;
    *) arguments+=("$1" "$2") ;;
  esac
  shift 2
done
[[ $minutes =~ ^[1-9][0-9]*$ ]] || die "--minutes is '$minutes'; it must be a whole number from 1" 2
for tool in mvn java git; do
  command -v $tool >/dev/null || die "$tool is not on the path"
done
mkdir -p "$soak/target"
echo "Building" >&2
(cd "$repository" && mvn -q -B -Pinfra -Dmaven.test.skip=true -pl infra/soak,function -am package) >"$soak/target/build.log" 2>&1 ||
  die "the build failed; the log is $soak/target/build.log"
exec java -cp "$soak/target/classes:$(<"$soak/target/classpath")" dev.facefuse.soak.Main \
  --jar "$repository/function/target/facefuse.jar" --seconds $((60 * minutes)) --out "$out" \
  --commit "$(git -C "$repository" describe --always --dirty 2>/dev/null || echo unknown)" "${arguments[@]}"
