#!/usr/bin/env bash
# Writes what the jar is made of, as CycloneDX: all of Maven's artifacts at run time, with versions, licences and checksums.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

[ $# -ge 1 ] && [ "$1" != --help ] || {
  echo "usage: sbom.sh FILE [MAVEN OPTION...]    such as -Pgpu, with which the jar was built"
  [ "${1:-}" = --help ]
  exit
}
mkdir -p "$(dirname "$1")"
file=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
shift
cd "$repository"
mvn -q -B "$@" -pl native,models,engine,function org.cyclonedx:cyclonedx-maven-plugin:2.9.1:makeBom \
  -DoutputFormat=json -DoutputName=sbom -DincludeTestScope=false
cp function/target/sbom.json "$file"
