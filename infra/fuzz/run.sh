#!/usr/bin/env bash
# Fuzzes what parses bytes from outside. README.md says which targets there are.
set -euo pipefail
shopt -s inherit_errexit
fuzz=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$fuzz/../.." && pwd)
sources=$fuzz/src/test/java
resources=$fuzz/src/test/resources
work=$fuzz/target/fuzz

# Classes whose coverage Jazzer measures: ours, and the libraries that parse for us.
instrumented='dev.facefuse.**:tools.jackson.core.**:org.apache.tomcat.util.http.**'

# Jazzer's hooks that are off. The one parses all XML once more, and complains of it; the other takes megabytes of the heap for a regular
# expression, which would count as the input's. pom.xml has the same.
sanitizers=com.code_intelligence.jazzer.sanitizers
disabled=$sanitizers.XmlParserSsrfGuidance:$sanitizers.RegexRoadblocks

usage() {
  cat <<'TEXT'
usage: run.sh [--seconds N] [--seed N] [--jobs N] [--keep] [TARGET…]

  TARGET         Picture, Metadata, … (all of them); --list says which there are
  --seconds N    for each target (60)
  --seed N       of the changes' chance; another every time if not given
  --jobs N       targets at a time (as many as there are processors)
  --keep         adds to the seeds what was found to reach further, as few files as do
  --list         names the targets

Prints a line a target; fails if something was found, and says which file reproduces it: a copy among the target's seeds fails
mvn verify until it is mended.
TEXT
}

die() {
  echo "run.sh: $1" >&2
  exit "${2:-1}"
}

# The classes of all targets, one a line.
classes() {
  (cd "$sources" && find . -name '*FuzzTest.java' | sed -e 's|^\./||' -e 's|\.java$||' | tr / . | sort)
}

names() {
  classes | sed -e 's|.*\.||' -e 's|FuzzTest$||'
}

# class_of NAME
class_of() {
  classes | grep -E "\.$1FuzzTest$" || die "there is no target $1; --list says which there are" 2
}

# The folder of a class's seeds, which JUnit names after its only fuzz test.
seeds_of() {
  local method
  method=$(grep -A 1 '@FuzzTest' "$sources/${1//.//}.java" | sed -n 's|.*void \([a-zA-Z0-9]*\)(.*|\1|p')
  echo "$resources/${1//.//}Inputs/$method"
}

build() {
  (cd "$repository" && mvn -q -B -Pinfra -pl infra/fuzz -am -DskipTests package)
}

# Whether the last build had all that there is now, and is still there.
fresh() {
  local classpath=$fuzz/target/classpath file
  [ -e "$classpath" ] || return
  while read -r -d : file; do
    [ -e "$file" ] || return
  done <"$classpath"
  [ -z "$(cd "$repository" && find pom.xml ./*/pom.xml ./*/src infra/fuzz/pom.xml infra/fuzz/src/test/java -type f \
    -newer "$classpath" -print -quit)" ]
}

# jazzer CLASS SEEDS ARGUMENT…: Jazzer in the target's folder, where it leaves whatever it writes. The target's own argument must
# have no spaces: to merge, Jazzer starts itself again without quotes.
jazzer() {
  local class=$1 seeds=$2
  shift 2
  # As dev.facefuse.engine.picture.OpenCv has it: the targets touch OpenCV in any order.
  (cd "$work/$class" && OPENCV_LOG_LEVEL=SILENT OPENBLAS_NUM_THREADS=1 \
    exec java -Xmx512m -XX:+UseSerialGC -cp "$fuzz/target/test-classes:$(<"$fuzz/target/classpath")" \
    com.code_intelligence.jazzer.Jazzer --target_class=dev.facefuse.fuzz.Target \
    --target_args="$class@${seeds/#"$fuzz"/../../..}" \
    --instrumentation_includes="$instrumented" --custom_hook_includes="$instrumented" \
    --disabled_hooks="$disabled" "$@")
}

# verdict CLASS: what its log says, as a line; fails if there was a finding, or no end.
verdict() {
  local class=$1 folder=$work/$1 name end found
  name=${class##*.}
  name=${name%FuzzTest}
  found=$(find "$folder" -maxdepth 1 -regex '.*/\(crash\|timeout\|oom\|leak\)-[^/]*' -print -quit)
  end=$(sed -n 's|^#\([0-9]*\).*DONE *cov: \([0-9]*\) ft: \([0-9]*\) corp: \([0-9]*\)/.*|\1 \2 \3 \4|p' "$folder/log")
  if [ -n "$found" ]; then
    printf '%-10s found %s, which is in base64\n%s\n%s\n' "$name" "$found" "$(base64 -w 0 "$found")" \
      "$(grep -m 1 -E '^== Java Exception|ERROR: libFuzzer' "$folder/log")"
    return 1
  elif [ -z "$end" ]; then
    printf '%-10s did not come to its end; the log %s ends:\n%s\n' "$name" "$folder/log" "$(tail -n 5 "$folder/log")"
    return 1
  fi
  read -r executions coverage features corpus <<<"$end"
  printf '%-10s %9d executions, %5d edges, %5d features, %4d inputs, nothing found\n' \
    "$name" "$executions" "$coverage" "$features" "$corpus"
}

# one CLASS: fuzzes it, prints its line, keeps what is to be kept.
one() {
  local class=$1 folder=$work/$1 seeds
  seeds=$(seeds_of "$class")
  rm -rf "$folder"
  [ -d "$seeds" ] || die "$class has no seeds: there is no folder $seeds"
  mkdir -p "$folder/corpus"
  jazzer "$class" "$seeds" -max_total_time="$seconds" ${seed:+"-seed=$seed"} -timeout=30 \
    -artifact_prefix="$folder/" "$folder/corpus" "$seeds" >"$folder/log" 2>&1 || true
  verdict "$class" || return
  if [ "$keep" = yes ]; then
    jazzer "$class" "$seeds" -merge=1 -artifact_prefix="$folder/" "$seeds" "$folder/corpus" >"$folder/merge.log" 2>&1 ||
      die "${class##*.}'s inputs could not be merged; the log is $folder/merge.log"
  fi
}

seconds=60
seed=
jobs=$(nproc)
keep=no
chosen=()
while [ $# -gt 0 ]; do
  case $1 in
    --seconds | --seed | --jobs)
      [ $# -gt 1 ] || die "$1 needs a value" 2
      declare "${1#--}=$2"
      shift ;;
    --keep) keep=yes ;;
    --list)
      names
      exit ;;
    --help)
      usage
      exit ;;
    -*) die "unknown option $1; --help says which there are" 2 ;;
    *) chosen+=("$(class_of "$1")") ;;
  esac
  shift
done
[[ $seconds =~ ^[1-9][0-9]*$ ]] || die "--seconds is '$seconds'; it must be a whole number from 1" 2
[[ $seed =~ ^([1-9][0-9]*)?$ ]] || die "--seed is '$seed'; it must be a whole number from 1" 2
[[ $jobs =~ ^[1-9][0-9]*$ ]] || die "--jobs is '$jobs'; it must be a whole number from 1" 2
[ ${#chosen[@]} -gt 0 ] || mapfile -t chosen < <(classes)
for tool in mvn java; do
  command -v $tool >/dev/null || die "$tool is not on the path"
done

mkdir -p "$work"
fresh || build >"$work/build.log" 2>&1 || die "the build failed; the log is $work/build.log"
# Each target is a process group of its own, which ends with this script.
set -m
trap 'for job in $(jobs -rp); do kill -- "-$job"; done' EXIT
for class in "${chosen[@]}"; do
  while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
    wait -n || true
  done
  { one "$class" && touch "$work/$class/passed"; } &
done
wait
for class in "${chosen[@]}"; do
  [ -e "$work/$class/passed" ] || exit 1
done
