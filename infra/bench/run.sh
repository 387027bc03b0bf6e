#!/usr/bin/env bash
# Measures this project, beside its peers and by itself. README.md says what is measured, and how.
set -euo pipefail
shopt -s inherit_errexit
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$bench/../.." && pwd)

usage() {
  cat <<'TEXT'
usage: run.sh [contest|profile|fusion|jmh|all] [options of the command; --help lists them]

  contest   the networks of this project and of its peers, in turn: time, memory, numbers (the default)
  profile   where this project's time goes: GFLOP, bytes and time of every part, beside what the machine can do
  fusion    whole fusions: time around the networks, peak memory of the command line, bfloat16's picture
  jmh       the Java half of a fusion: crops and pastes
  all       one after the other, with their defaults

What has to be installed and exported for them goes to a folder that git ignores, and is kept for the next run.

environment:
  FACEFUSE_BENCH_WORK        that folder (infra/bench/work)
  FACEFUSE_BENCH_TORCH_2_10  a Python with PyPI's torch 2.10.0, onnxscript and pillow, in place of one installed there
  FACEFUSE_BENCH_TORCH_1_13  a Python with Debian's python3-torch (/usr/bin/python3)
  FACEFUSE_BENCH_MODELSCOPE  an unpacked modelscope wheel, in place of one downloaded there
TEXT
}

torch=2.10.0
modelscope_version=1.40.2
work=${FACEFUSE_BENCH_WORK:-$bench/work}
recent=${FACEFUSE_BENCH_TORCH_2_10:-$work/torch-$torch/bin/python}
debian=${FACEFUSE_BENCH_TORCH_1_13:-/usr/bin/python3}
modelscope=${FACEFUSE_BENCH_MODELSCOPE:-$work/modelscope}

die() {
  echo "run.sh: $1" >&2
  exit "${2:-1}"
}

# step SENTENCE COMMAND…: its output goes to a log, whose end is shown if it fails.
step() {
  local what=$1 log
  log=$work/logs/setup-$(tr -cs 'a-z0-9\n' '-' <<<"${1,,}").log
  shift
  echo "$what" >&2
  "$@" >"$log" 2>&1 || {
    echo "run.sh: that failed; $log ends:" >&2
    tail -n 5 "$log" >&2
    return 1
  }
}

# missing NAME SENTENCE: why a contestant will not be there.
missing() {
  echo "$2" >"$work/missing/$1"
  echo "run.sh: $1: $2" >&2
}

# Whether a file is there and newer than all that it is made from.
fresh() {
  [ -e "$1" ] && [ -z "$(find "${@:2}" -name __pycache__ -prune -o -type f -newer "$1" -print -quit)" ]
}

build() {
  (cd "$repository" && mvn -q -B -Pbench -Dmaven.test.skip=true -pl infra/bench/peers,function -am package)
}

has() {
  "$1" -c "import ${2// /, }" 2>/dev/null
}

install_torch() {
  python3 -m venv "$work/torch-$torch" &&
    "$recent" -m pip install --quiet --disable-pip-version-check "torch==$torch" numpy onnxscript pillow
}

install_modelscope() {
  rm -rf "$work/wheel" "$modelscope"
  python3 -m venv "$work/pip" &&
    "$work/pip/bin/python" -m pip download --quiet --disable-pip-version-check --no-deps --dest "$work/wheel" \
      "modelscope==$modelscope_version" &&
    python3 -m zipfile -e "$work"/wheel/*.whl "$modelscope"
}

export_inputs() {
  local python
  for python in "$debian" "$recent"; do
    if has "$python" "torch numpy"; then
      "$python" "$bench/peers/original.py" inputs --out "$work/inputs"
      return
    fi
  done
  echo "there is neither Debian's python3-torch nor torch $torch"
  return 1
}

export_pack() {
  (cd "$repository/models/export" && "$recent" -m facefuse_export skeleton --full --out "$work/pack")
}

export_onnx() {
  rm -rf "$work/onnx"
  "$recent" "$bench/peers/original.py" onnx --modelscope "$modelscope" --out "$work/onnx" && touch "$work/onnx/done"
}

wants() {
  [[ ,$contestants, == *,$1,* ]]
}

# What is needed of other programs; a contestant that cannot be set up is named as missing, and the others go on.
set_up() {
  local exporter=$repository/models/export/facefuse_export
  if wants original-2.10 || wants djl || wants onnxruntime; then
    has "$recent" "torch numpy onnxscript PIL" || step "Installing torch $torch from PyPI" install_torch || true
    has "$recent" "torch numpy onnxscript PIL" || for name in original-2.10 djl onnxruntime; do
      missing $name "torch $torch with onnxscript and pillow could not be installed from PyPI"
    done
  fi
  has "$debian" "torch numpy" || missing original-1.13 "no python3-torch here; apt-get install python3-torch"
  if wants original-2.10 || wants original-1.13 || wants onnxruntime; then
    [ -d "$modelscope/modelscope" ] || step "Downloading modelscope $modelscope_version" install_modelscope ||
      for name in original-2.10 original-1.13 onnxruntime; do
        missing $name "modelscope $modelscope_version could not be downloaded from PyPI"
      done
  fi
  fresh "$work/inputs/inputs.json" "$bench/peers/original.py" "$exporter/damo/standin.py" ||
    step "Writing the inputs" export_inputs || die "no inputs without PyTorch"
  if wants djl && [ ! -e "$work/missing/djl" ]; then
    fresh "$work/pack/pack.json" "$exporter" || step "Exporting this project's networks with all weights" export_pack ||
      missing djl "the networks could not be exported"
  fi
  if wants onnxruntime && [ ! -e "$work/missing/onnxruntime" ]; then
    fresh "$work/onnx/done" "$bench/peers/original.py" || step "Exporting the original to ONNX" export_onnx ||
      missing onnxruntime "the networks could not be exported to ONNX"
  fi
}

# java CLASS ARGUMENT…
java_with_all() {
  java -cp "$(<"$bench/peers/target/classpath")" "$@"
}

command_line() {
  java_with_all dev.facefuse.bench.Main "$1" --work "$work" --bench "$bench" --torch-2.10 "$recent" \
    --torch-1.13 "$debian" --modelscope "$modelscope" \
    --commit "$(git -C "$repository" describe --always --dirty 2>/dev/null || echo unknown)" "${@:2}"
}

command=contest
if [ $# -gt 0 ] && [[ $1 != -* ]]; then
  command=$1
  shift
fi
contestants=facefuse,original-2.10,original-1.13,djl,onnxruntime
arguments=("$@")
for ((i = 0; i < ${#arguments[@]}; i++)); do
  case ${arguments[i]} in
    --contestants) contestants=${arguments[i + 1]:-} ;;
    --contestants=*) contestants=${arguments[i]#*=} ;;
  esac
done
if [[ $command == help || " $* " == *" --help "* && ! -e $bench/peers/target/classpath ]]; then
  usage
  exit
fi
[ "$(uname -s)" = Linux ] || die "processes are measured through /proc: this takes Linux"
for tool in mvn java python3 git; do
  command -v $tool >/dev/null || die "$tool is not on the path"
done
mkdir -p "$work/logs"
rm -rf "$work/missing"
mkdir "$work/missing"
step "Building" build || die "the build failed"

case $command in
  contest)
    set_up
    command_line contest "$@"
    ;;
  *) die "unknown command $command; --help says which there are" 2 ;;
esac
