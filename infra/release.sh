#!/usr/bin/env bash
# The checks that take long and rarely fail. Run it before a release and commit the report that it writes.
set -euo pipefail
shopt -s inherit_errexit
infra=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$infra/.." && pwd)
# shellcheck source=infra/tools.sh
source "$infra/tools.sh"

usage() {
  cat <<'TEXT'
usage: release.sh [--list] [CHECK…]

  CHECK    runs only these; without any, all
  --list   names the checks

Needs Debian 12, as root, and about two hours on two cores. Installs the programs that the checks use. Each check adds or replaces its
row in infra/release/report.json and report.md. The exit status is 1 if a check failed; its log is in infra/release/logs.
TEXT
}

die() {
  echo "release.sh: $1" >&2
  exit "${2:-1}"
}

# The checks in the order in which they run: a name, then the sentence of the report. Each is the function below with its name.
checks=(
  'governor|A simulated card of 64 MiB to 4 GiB, 1,000 patterns of failures for each of 64 sizes'
  'fusions|Resident memory stays flat over 1,000 fusions in one process'
  'queue|100 uploads to MinIO through RabbitMQ; workers are killed ten times'
  'manifests|Every manifest against its vendor'\''s schema, and spoilt manifests are refused'
  'rootfs|The file system of the CPU image, built by debootstrap and run read-only'
  'decoding|Generated pictures for ten minutes: decoding takes no more memory than predicted'
  'fuzz|Each fuzz target for a minute'
  'soak|Half an hour of load on one server'
)

# tests MODULE ARGUMENT…: some of a module's tests.
tests() {
  local module=$1
  shift
  mvn -q -B -pl "$module" -am verify -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false "$@"
}

governor() {
  tests engine -Dtest=MemoryGovernorPropertyTest -Dfacefuse.patterns=1000 -Dit.test=none
}

fusions() {
  tests engine -Dtest=SoakTest -Dfacefuse.soak=1000 -Dit.test=none
  grep 'resident after the last' engine/target/surefire-reports/*SoakTest-output.txt
}

queue() {
  minio "$scratch"
  MINIO_EXECUTABLE=$scratch/minio tests function -Dtest=none -Dit.test=QueueIT -Dfacefuse.queue.uploads=100 -Dfacefuse.queue.kills=10
  grep -h 'uploads,' function/target/failsafe-reports/*QueueIT-output.txt
}

manifests() {
  infra/manifests/validate.sh --self-test
}

rootfs() {
  lambda_emulator "$scratch"
  build
  PATH=$scratch:$PATH TMPDIR=$scratch infra/docker/rootfs.sh
}

decoding() {
  infra/fuzz/decoding-memory.sh --seconds 600
}

fuzz() {
  infra/fuzz/run.sh --seconds 60
}

soak() {
  infra/soak/run.sh
}

build() {
  mvn -q -B -DskipTests package
}

# record NAME SENTENCE VERDICT SECONDS LOG: the check's row in the report.
record() {
  python3 - "$infra/release" "$(git describe --always --dirty)" "$@" <<'PY'
import datetime, json, pathlib, sys
folder, commit, name, sentence, verdict, seconds, log = sys.argv[1:]
file = pathlib.Path(folder, "report.json")
rows = json.loads(file.read_text()) if file.exists() else {}
lines = pathlib.Path(log).read_text(errors="replace").split("\n")
last = next((line.strip() for line in reversed(lines) if line.strip()), "")
rows[name] = {"check": sentence, "verdict": verdict, "seconds": int(seconds), "result": last[:200], "commit": commit,
              "date": datetime.date.today().isoformat()}
file.write_text(json.dumps(rows, indent=2, sort_keys=True) + "\n")
table = ["# Release checks", "", "Written by `infra/release.sh`, with one row for each check and its last run.", "",
         "| name | what is checked | verdict | minutes | last line of its output | commit | date |",
         "| --- | --- | --- | ---: | --- | --- | --- |"]
for key, row in sorted(rows.items()):
    result = row["result"].replace("|", "\\|")
    table.append(f"| `{key}` | {row['check']} | {row['verdict']} | {row['seconds'] / 60:.1f} | {result} | {row['commit']} "
                 f"| {row['date']} |")
pathlib.Path(folder, "report.md").write_text("\n".join(table) + "\n")
PY
}

chosen=()
while [ $# -gt 0 ]; do
  case $1 in
    --help) usage; exit ;;
    --list) printf '%s\n' "${checks[@]%%|*}"; exit ;;
    -*) die "unknown option $1; --help lists the options" 2 ;;
    *) chosen+=("$1") ;;
  esac
  shift
done
for name in ${chosen[@]+"${chosen[@]}"}; do
  printf '%s\n' "${checks[@]%%|*}" | grep -qx "$name" || die "there is no check $name; --list names them" 2
done
for tool in mvn java go python3 git; do
  command -v $tool >/dev/null || die "$tool is not on the path"
done
cd "$repository"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
logs=$infra/release/logs
mkdir -p "$logs"
{ test_tools && release_tools; } >"$logs/tools.log" 2>&1 || die "the tools cannot be installed; the log is $logs/tools.log"

failed=0
for entry in "${checks[@]}"; do
  name=${entry%%|*}
  [ ${#chosen[@]} -eq 0 ] || [[ " ${chosen[*]} " == *" $name "* ]] || continue
  start=$SECONDS
  verdict=passed
  # A function that is the condition of an if ignores errors, so it runs in another shell.
  set +e
  (set -e; "$name") >"$logs/$name.log" 2>&1
  [ $? -eq 0 ] || verdict=failed
  set -e
  [ $verdict = passed ] || failed=1
  record "$name" "${entry#*|}" $verdict $((SECONDS - start)) "$logs/$name.log"
  printf '%5d s  %s: %s\n' $((SECONDS - start)) "$name" $verdict
done
exit $failed
