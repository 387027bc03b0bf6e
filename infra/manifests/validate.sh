#!/usr/bin/env bash
# Checks the manifests below infra/ against their vendors' schemas. infra/README.md says how.
set -euo pipefail
shopt -s inherit_errexit
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
  cat <<'TEXT'
usage: validate.sh [--self-test] [--report FILE] [--cache DIR]

  --self-test    also prove that the checks check: spoilt manifests must be refused
  --report FILE  verdicts as JSON
  --cache DIR    where tools and schemas are kept for the next run; infra/manifests/cache if not given

Prints one line for each manifest, and exits with 1 if one is wrong. Needs a built function (mvn -q -DskipTests package), Go 1.25 or
newer, Python 3.11 with venv (Debian: apt-get install python3-venv), and the first time the registries of Go modules and PyPI.
TEXT
}

die() {
  echo "validate.sh: $1" >&2
  exit "${2:-1}"
}

kubernetes=1.35.0
kubeconform=github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0
kustomize=sigs.k8s.io/kustomize/kustomize/v5@v5.8.1
# Go modules that schemas.py reads; 0.50 is Knative 1.23.
declare -A modules=(
  [serving]=knative.dev/serving@v0.50.0
  [eventing]=knative.dev/eventing@v0.50.0
  [keda]=github.com/kedacore/keda/v2@v2.21.0
  [compose]=github.com/compose-spec/compose-go/v2@v2.16.2
)

cache=$here/cache
arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    --help) usage; exit ;;
    --self-test) arguments+=(--self-test); shift ;;
    --report | --cache)
      [ $# -ge 2 ] || die "$1 needs a value; --help says which" 2
      if [ "$1" = --cache ]; then cache=$2; else arguments+=(--report "$2"); fi
      shift 2 ;;
    *) die "unknown option $1; --help says which there are" 2 ;;
  esac
done
[ -n "$(type -P go)" ] || PATH=$PATH:/usr/local/go/bin
for tool in go python3; do
  command -v $tool >/dev/null || die "$tool is not on the path: Go builds kubeconform and kustomize, Python runs the rest"
done
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# step SENTENCE COMMAND…: its output is shown if it fails.
step() {
  local what=$1
  shift
  "$@" >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; die "$what failed"; }
}

# The folder of a Go module, which is downloaded if need be.
module() {
  (cd "$work" && GOFLAGS=-mod=mod go mod download -json "$1") >"$work/module" 2>&1 ||
    { cat "$work/module" >&2; die "the download of $1 failed"; }
  sed -n 's/^\t"Dir": "\(.*\)",\{0,1\}$/\1/p' "$work/module"
}

install_python() {
  rm -rf "$cache/python" "$cache/wheels"
  python3 -m venv "$cache/python" &&
    "$cache/python/bin/pip" install -q --no-deps -r "$here/requirements.txt" &&
    "$cache/python/bin/pip" download -q --no-deps -d "$cache/wheels" -r "$here/schemas.txt"
}

# Once for these versions.
state=$(cat "$here/requirements.txt" "$here/schemas.txt" <(echo "$kubeconform $kustomize") | sha256sum)
if [ "$(cat "$cache/state" 2>/dev/null)" != "$state" ]; then
  rm -f "$cache/state"
  export GOBIN=$cache/bin
  step "the build of kubeconform" go install "$kubeconform"
  step "the build of kustomize" go install "$kustomize"
  step "the installation of Python packages" install_python
  ln -sf ../python/bin/cfn-lint "$cache/bin/cfn-lint"
  echo "$state" >"$cache/state"
fi

rm -rf "$cache/schemas"
folders=()
for name in "${!modules[@]}"; do
  folder=$(module "${modules[$name]}")
  folders+=("--$name" "$folder")
done
export PYTHONDONTWRITEBYTECODE=1
step "the conversion of schemas" "$cache/python/bin/python" "$here/schemas.py" --wheels "$cache/wheels" --out "$cache/schemas" \
  --kubernetes "$kubernetes" "${folders[@]}"
"$cache/python/bin/python" "$here/validate.py" --tools "$cache/bin" --schemas "$cache/schemas" "${arguments[@]}"
