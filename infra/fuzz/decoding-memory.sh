#!/usr/bin/env bash
# Compares what decoding generated pictures takes with what their headers predict. README.md says more.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

usage() {
  cat <<'TEXT'
usage: decoding-memory.sh [--seconds N] [--seed N]

  --seconds N    how long (600)
  --seed N       of the pictures; another every time if not given
TEXT
}

seconds=600
seed=()
while (($# > 0)); do
  case $1 in
    --seconds) seconds=${2:?"--seconds needs a number"} && shift 2 ;;
    --seed) seed=("-Ddecoding.seed=${2:?"--seed needs a number"}") && shift 2 ;;
    --help) usage && exit ;;
    *) usage >&2 && exit 2 ;;
  esac
done

cd "$repository"
mvn -q -B -pl engine -am test -Dtest=DecodingMemoryTest -Dsurefire.failIfNoSpecifiedTests=false \
  "-Ddecoding.seconds=$seconds" "${seed[@]}"
cat engine/target/surefire-reports/dev.facefuse.engine.picture.DecodingMemoryTest-output.txt
