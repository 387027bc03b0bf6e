#!/usr/bin/env bash
# Holds the figures in documents against the last reports. README.md says how they are marked.
set -euo pipefail
shopt -s inherit_errexit
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$bench/../.." && pwd)

usage() {
  cat <<'TEXT'
usage: check.sh [--self-test] [--fill]

  --self-test  also prove that the check checks: each figure, changed in a copy, must be found
  --fill       write the reports' figures into the documents

Measures nothing. One sentence for each figure that is not the last report's, and the exit status 1. Needs what mvn -Pinfra verify, or
mvn -Pinfra -DskipTests package, has built.
TEXT
}

die() {
  echo "check.sh: $1" >&2
  exit "${2:-1}"
}

arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    --help) usage; exit ;;
    --self-test | --fill) arguments+=("$1"); shift ;;
    *) die "unknown option $1; --help says which there are" 2 ;;
  esac
done
command -v java >/dev/null || die "java is not on the path"
[ -f "$bench/target/classpath" ] || die "infra/bench is not built: mvn -q -Pinfra -DskipTests package builds it"
cd "$repository"
for folder in infra/*/results infra/*/reports; do
  [ ! -d "$folder" ] || arguments+=(--reports "$folder")
done
java -XX:TieredStopAtLevel=1 -cp "$bench/target/classes:$(<"$bench/target/classpath")" dev.facefuse.bench.Main check \
  --repository . "${arguments[@]}" ./README*.md docs/*.md models/README.md infra/README.md infra/*/README.md
