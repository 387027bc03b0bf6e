#!/usr/bin/env bash
# Measures this project, beside its peers and by itself. README.md says what is measured, and how.
set -euo pipefail
shopt -s inherit_errexit
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$bench/../.." && pwd)

usage() {
  cat <<'TEXT'
usage: run.sh [contest|profile|fusion|jmh|start|http|writeup|all] [options]

  contest   the networks of this project and of its peers, in turn: time, memory, numbers (the default)
  profile   where this project's time goes: GFLOP, bytes and time of every part, beside what the machine can do
  fusion    whole fusions: time around the networks, peak memory of the command line, bfloat16's picture
  jmh       the Java half of a fusion: crops and pastes
  start     the program by command line, from the start of its process to its end
  http      many clients at a server with one permit: results a second, and how soon it refuses
  writeup   ten fusions in a row, the original's way and ours: memory over time, time, how many fit a card
  all       one after the other, with their defaults

options:
  contest   --fast  --rounds N  --warm-up N  --threads N  --contestants A,B  --stages A,B  --precisions A,B
            contestants: facefuse, original-2.10, original-1.13, djl, onnxruntime
  profile   --rounds N  --threads N
  fusion    --rounds N  --threads N
  jmh       JMH's own, such as -wi 1 -i 3 paste
  start     --rounds N  --threads N
  http      --clients N,M  --seconds N  --pause MS
  writeup   --rounds N  --warm-up N  --threads N

What has to be installed and exported for them goes to a folder that git ignores, and is kept for the next run.

environment:
  FACEFUSE_BENCH_WORK        that folder (infra/bench/cache)
  FACEFUSE_BENCH_TORCH_2_10  a Python with PyPI's torch 2.10.0, torchvision, onnxscript,
                             opencv-python-headless, scipy and pillow, in place of one installed there
  FACEFUSE_BENCH_TORCH_1_13  a Python with Debian's python3-torch (/usr/bin/python3)
  FACEFUSE_BENCH_MODELSCOPE  an unpacked modelscope wheel, in place of one downloaded there
TEXT
}

torch=2.10.0
torchvision=0.25.0
opencv=4.13.0.92
torch_modules="torch torchvision numpy onnxscript PIL cv2 scipy"
modelscope_version=1.40.2
work=${FACEFUSE_BENCH_WORK:-$bench/cache}
exporter=$repository/models/export/facefuse_export
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

# Whether a file is there and newer than all that it is made from.
fresh() {
  [ -e "$1" ] && [ -z "$(find "${@:2}" -name __pycache__ -prune -o -type f -newer "$1" -print -quit)" ]
}

build() {
  (cd "$repository" && mvn -q -B -Pinfra,peers -Dmaven.test.skip=true -pl infra/bench/peers,function -am package)
}

has() {
  "$1" -c "import ${2// /, }" 2>/dev/null
}

install_torch() {
  [[ $recent == "$work"/* ]] || { echo "$recent lacks one of $torch_modules" && return 1; }
  python3 -m venv "$work/torch-$torch" &&
    "$recent" -m pip install --quiet --disable-pip-version-check "torch==$torch" "torchvision==$torchvision" \
      "opencv-python-headless==$opencv" numpy onnxscript pillow scipy
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

# The dtypes that this processor computes in.
precisions() {
  echo float32
  if grep -qE '^flags.* (avx512_bf16|amx_bf16)( |$)' /proc/cpuinfo; then
    echo bfloat16
  fi
}

count_parts() {
  local precision
  rm -f "$work"/parts-*.json
  for precision in $(precisions); do
    "$recent" "$bench/profile.py" parts --pack "$work/pack" --inputs "$work/inputs" --precision "$precision" \
      --out "$work/parts-$precision.json" || return
  done
}

export_onnx() {
  rm -rf "$work/onnx"
  "$recent" "$bench/peers/original.py" onnx --modelscope "$modelscope" --out "$work/onnx" && touch "$work/onnx/done"
}

need_torch() {
  has "$recent" "$torch_modules" || step "Installing torch $torch from PyPI" install_torch
}

need_modelscope() {
  [ -d "$modelscope/modelscope" ] || step "Downloading modelscope $modelscope_version from PyPI" install_modelscope
}

need_inputs() {
  fresh "$work/inputs/inputs.json" "$bench/peers/original.py" "$exporter/damo/standin.py" ||
    step "Writing the inputs" export_inputs
}

need_pack() {
  fresh "$work/pack/pack.json" "$exporter" || step "Exporting this project's networks with all weights" export_pack
}

need_onnx() {
  fresh "$work/onnx/done" "$bench/peers/original.py" || step "Exporting the original to ONNX" export_onnx
}

# Sets up who is to take part; who cannot be set up is named as missing, and the others go on.
set_up_contest() {
  if wants original-2.10 djl onnxruntime; then
    need_torch || lack "torch $torch could not be installed from PyPI" original-2.10 djl onnxruntime
  fi
  if wants original-1.13; then
    has "$debian" "torch numpy" || lack "there is no python3-torch; apt-get install it" original-1.13
  fi
  if wants original-2.10 original-1.13 onnxruntime; then
    need_modelscope ||
      lack "modelscope $modelscope_version could not be downloaded from PyPI" original-2.10 original-1.13 onnxruntime
  fi
  need_inputs || die "the inputs could not be written: that takes a Python with PyTorch"
  if wants djl; then
    need_pack || lack "the networks could not be exported" djl
  fi
  if wants onnxruntime; then
    need_onnx || lack "the networks could not be exported to ONNX" onnxruntime
  fi
}

# wants NAME…: whether one of them is to take part and has not failed already.
wants() {
  local name
  for name; do
    [[ ,$contestants, == *,$name,* && ! -e $work/missing/$name ]] && return
  done
  return 1
}

# lack SENTENCE NAME…: why those of them that are to take part will not.
lack() {
  local name
  for name in "${@:2}"; do
    if wants "$name"; then
      echo "$1" >"$work/missing/$name"
      echo "run.sh: $name: $1" >&2
    fi
  done
}

# java CLASS ARGUMENT…
java_with_all() {
  java -cp "$bench/peers/target/classes:$(<"$bench/peers/target/classpath")" "$@"
}

command_line() {
  java_with_all dev.facefuse.bench.Main "$1" --work "$work" --bench "$bench" --torch-2.10 "$recent" \
    --torch-1.13 "$debian" --modelscope "$modelscope" \
    --commit "$(git -C "$repository" describe --always --dirty 2>/dev/null || echo unknown)" "${@:2}"
}

contest() {
  set_up_contest
  command_line contest "$@"
}

profile() {
  need_torch && need_inputs && need_pack || die "a profile takes torch $torch and the exported networks"
  fresh "$work/ceilings/ceilings.json" "$bench/profile.py" ||
    step "Writing what the machine's most is measured with" "$recent" "$bench/profile.py" ceilings --out "$work/ceilings"
  fresh "$work/parts-float32.json" "$bench/profile.py" "$work/pack/pack.json" "$work/inputs/inputs.json" ||
    step "Counting operations and bytes" count_parts || die "the parts could not be counted"
  command_line profile "$@"
}

fusion() {
  command_line fusion "$@"
}

jmh() {
  java_with_all org.openjdk.jmh.Main "${@:-CropsAndPastes}" -rf json -rff "$work/jmh.json" >&2 || return
  command_line jmh --results "$work/jmh.json"
}

start() {
  command_line start "$@"
}

http() {
  command_line http "$@"
}

writeup() {
  need_torch && need_modelscope || die "the original takes torch $torch and modelscope $modelscope_version from PyPI"
  need_pack || die "the networks could not be exported"
  command_line writeup "$@"
}

command=contest
if [ $# -gt 0 ] && [[ $1 != -* ]]; then
  command=$1
  shift
fi
case $command in
  contest | profile | fusion | jmh | start | http | writeup) commands=("$command") ;;
  all) commands=(contest profile fusion jmh start http writeup) ;;
  *) die "unknown command $command; --help says which there are" 2 ;;
esac
contestants=facefuse,original-2.10,original-1.13,djl,onnxruntime
arguments=("$@")
for ((i = 0; i < $#; i++)); do
  case ${arguments[i]} in
    --help)
      usage
      exit ;;
    --contestants) contestants=${arguments[i + 1]:-} ;;
    --contestants=*) contestants=${arguments[i]#*=} ;;
  esac
done
[ "$(uname -s)" = Linux ] || die "processes are measured through /proc: this takes Linux"
for tool in mvn java python3 git; do
  command -v $tool >/dev/null || die "$tool is not on the path"
done
mkdir -p "$work/logs"
rm -rf "$work/missing"
mkdir "$work/missing"
step "Building" build || die "the build failed"
[ "$command" != all ] || set --
failed=0
for each in "${commands[@]}"; do
  "$each" "$@" || failed=$?
done
"$bench/check.sh" --fill >&2 || failed=1
exit "$failed"
