#!/usr/bin/env bash
# Holds rules and dashboard against Prometheus's own tool and against what a running function is measured by.
set -euo pipefail
shopt -s inherit_errexit
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)

usage() {
  cat <<'TEXT'
usage: check.sh [--jar FILE]

  --jar FILE   the function; function/target/facefuse.jar if not given

Needs java, curl, python3 and promtool (Debian: prometheus).
TEXT
}

die() {
  echo "check.sh: $1" >&2
  exit "${2:-1}"
}

jar=$repository/function/target/facefuse.jar
while [ $# -gt 0 ]; do
  case $1 in
    --help) usage; exit ;;
    --jar) [ $# -ge 2 ] || die "--jar needs a file" 2; jar=$2; shift 2 ;;
    *) die "unknown option $1; --help says which there are" 2 ;;
  esac
done
for tool in java curl python3 promtool; do
  command -v $tool >/dev/null || die "$tool is not on the path; --help says what is needed"
done
[ -f "$jar" ] || die "$jar is missing: mvn -q -DskipTests package makes it"
work=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

promtool check rules "$here/alerts.yaml" >"$work/rules" 2>&1 || { cat "$work/rules" >&2; die "alerts.yaml does not hold"; }
(cd "$here" && promtool test rules alerts.test.yaml) >"$work/tests" 2>&1 || { cat "$work/tests" >&2; die "a rule does not do what its test says"; }

mkfifo "$work/said"
java -jar "$jar" serve --port 0 >"$work/said" 2>&1 &
server=$!
port=
while read -r line; do
  [[ $line =~ listening\ on\ port\ ([0-9]+) ]] && port=${BASH_REMATCH[1]} && break
  echo "$line" >>"$work/log"
done <"$work/said"
[ -n "$port" ] || { cat "$work/log" >&2; die "the function does not start"; }

samples=$repository/models/src/main/resources/dev/facefuse/models/samples
curl --silent --show-error --fail --output "$work/fused.bmp" -H 'Accept: image/bmp' -F template=@"$samples/mona-lisa.jpg" \
  -F user=@"$samples/astronaut.png" "localhost:$port/fuse" || die "the function does not fuse"
curl --silent --show-error --fail --output "$work/metrics" "localhost:$port/actuator/prometheus" || die "there are no metrics"

# Micrometer's own are not ours to name.
grep -E '^(# (HELP|TYPE) )?facefuse_' "$work/metrics" >"$work/ours"
promtool check metrics <"$work/ours" >"$work/lint" 2>&1 || { cat "$work/lint" >&2; die "promtool finds fault with the metrics"; }

python3 - "$work/ours" "$here/alerts.yaml" "$here/dashboard.json" <<'PY' || die "rules or dashboard name what is not measured"
import json, re, sys
measured = {}
for line in open(sys.argv[1]):
    sample = re.match(r"(facefuse_\w+)(?:{(.*)})? \S+$", line)
    if sample:
        labels = dict(re.findall(r'(\w+)="([^"]*)"', sample[2] or ""))
        for label, value in labels.items():
            measured.setdefault(sample[1], {}).setdefault(label, set()).add(value)
        measured.setdefault(sample[1], {})
# A value that appears only after a second fusion under another plan.
measured["facefuse_fusions_total"]["outcome"].add("degraded")
OF_PROMETHEUS = {"instance", "job", "le"}
panels = [p for p in json.load(open(sys.argv[3]))["panels"] if p["type"] != "row"]
expressions = [t["expr"] for p in panels for t in p["targets"]]
expressions += re.findall(r"facefuse_\w+(?:{[^}]*})?", open(sys.argv[2]).read())
faults, named = [], set()
for expression in expressions:
    for metric, selector in re.findall(r"(facefuse_\w+)(?:{([^}]*)})?", expression):
        named.add(metric)
        if metric not in measured:
            faults.append(f"{metric} is not measured")
            continue
        for label, operator, value in re.findall(r'(\w+)(=~|!=|=)"([^"]*)"', selector):
            if label in OF_PROMETHEUS:
                continue
            values = measured[metric].get(label, set())
            wanted = value.split("|") if operator == "=~" else [value] if operator == "=" else []
            if not values or not set(wanted) <= values:
                faults.append(f"{metric} has no {label} that is {value}")
print("\n".join(sorted(set(faults))), end="\n" if faults else "")
print(f"{len(named)} metrics in {len(panels)} panels and the rules")
sys.exit(1 if faults else 0)
PY
