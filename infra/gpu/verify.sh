#!/usr/bin/env bash
# Verifies facefuse on this machine, on its card if it has one. Lives in a bundle that bundle.sh made; needs nothing else.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
  cat <<'TEXT'
usage: verify.sh [--out DIR] [--fusions N] [--quick]

  --out DIR       where report.json, report.md and verify.log go; ./facefuse-report if not given
  --fusions N     how many fusions in a row; 1000 on a card, 20 without
  --quick         a few of everything

Exit status: 0 if every check passed (without a card: those that need none), 1 if one failed, 2 for a wrong option.
TEXT
}

die() {
  echo "verify.sh: $1" >&2
  exit "${2:-1}"
}

out=facefuse-report
fusions=
quick=
while [ $# -gt 0 ]; do
  case $1 in
    --help) usage; exit ;;
    --quick) quick=yes; shift ;;
    --out | --fusions)
      [ $# -ge 2 ] || die "$1 needs a value; --help says which" 2
      declare "${1#--}=$2"
      shift 2 ;;
    *) die "unknown option $1; --help says which there are" 2 ;;
  esac
done
[[ $fusions =~ ^([1-9][0-9]*)?$ ]] || die "--fusions is a number, not $fusions" 2
[ -x "$here/jre/bin/java" ] || die "$here is no bundle: there is no jre/; bundle.sh makes one"
mkdir -p "$out"
rm -f "$out/report.json" "$out/report.md"

about=() # what goes into the report, name=value
natives=
while IFS='=' read -r name value; do
  about+=("$name=$value")
  [ "$name" != natives ] || natives=$value
done <"$here/bundle.properties"

# A line for each card: name, memory, driver.
cards() {
  local query=name,memory.total,driver_version line file
  if command -v nvidia-smi >/dev/null && nvidia-smi --query-gpu=$query --format=csv,noheader 2>/dev/null; then
    return
  fi
  for file in /proc/driver/nvidia/gpus/*/information; do
    [ ! -r "$file" ] || while IFS= read -r line; do
      [[ $line != Model:* ]] || echo "${line#Model:*[[:space:]]}"
    done <"$file"
  done
}

card=
mapfile -t there < <(cards)
if [ ${#there[@]} -gt 0 ]; then
  card=$(printf '%s; ' "${there[@]}")
  card=${card%; }
elif compgen -G '/dev/nvidia[0-9]*' >/dev/null; then
  card="a card that nvidia-smi does not know"
fi
about+=("gpu=${card:-none}")
echo "GPU: ${card:-none}"

# Libraries that libtorch's CUDA part and JavaCPP's presets for it are linked against.
libraries=(libcudart.so.13 libcublas.so.13 libcublasLt.so.13 libcudnn.so.9 libcudnn_ops.so.9 libcudnn_cnn.so.9
  libcudnn_adv.so.9 libcudnn_graph.so.9 libcusparse.so.12 libcusolver.so.12 libcusolverMg.so.12 libnvJitLink.so.13
  libcufft.so.12 libcurand.so.10 libcufile.so.0 libnccl.so.2 libcupti.so.13)

# Folders that may contain them, in order of preference: the user's, NVIDIA's Python packages, CUDA's folders, the system's.
places() {
  local python
  tr ':' '\n' <<<"${LD_LIBRARY_PATH:-}"
  while IFS= read -r python; do
    "$python" -c 'import glob, site, sys
paths = dict.fromkeys([*sys.path, *site.getsitepackages(), site.getusersitepackages()])
print(*(d for p in paths if p for d in sorted(glob.glob(p + "/nvidia/*/lib"))), sep="\n")' 2>/dev/null || true
  done < <(type -aP python3)
  compgen -G '/usr/local/cuda*/lib64' || true
  compgen -G '/usr/local/cuda*/extras/CUPTI/lib64' || true
  printf '%s\n' /usr/lib/x86_64-linux-gnu /lib/x86_64-linux-gnu /usr/lib64
}

missing=()
folders=()
if [ "$natives" = gpu ]; then
  mapfile -t candidates < <(places)
  for library in "${libraries[@]}"; do
    found=
    for folder in "${candidates[@]}"; do
      if [ -n "$folder" ] && [ -e "$folder/$library" ]; then
        found=$folder
        break
      fi
    done
    if [ -z "$found" ]; then
      missing+=("$library")
    elif [[ $found != /usr/lib* && $found != /lib* && " ${folders[*]} " != *" $found "* ]]; then
      folders+=("$found")
    fi
  done
  paths=$(IFS=: && echo "${folders[*]}")
  where=${paths:-in the folders of the system}
  about+=("cuda libraries=$where")
  [ ${#missing[@]} -gt 0 ] || echo "CUDA's libraries: $where"
  [ -z "$paths" ] || export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$paths"
elif [ -n "$card" ]; then
  echo "This bundle has natives for the host only (bundle.sh --natives gpu): the card is left alone."
fi

# libtorch's natives for cards do not load without them, on no machine.
if [ ${#missing[@]} -gt 0 ]; then
  reason="libtorch with CUDA does not load here, because these libraries are missing: ${missing[*]}."
  status=0
  verdict=skipped
  [ -z "$card" ] || { status=1; verdict=failed; }
  printf '{\n  "verdict" : "%s",\n  "reason" : "%s",\n  "checks" : [ ]\n}\n' $verdict "$reason" >"$out/report.json"
  printf '# facefuse on this machine: %s\n\n%s\n' $verdict "$reason" >"$out/report.md"
  echo "$reason Install NVIDIA's Python packages for CUDA 13 or name their folders in LD_LIBRARY_PATH."
  exit $status
fi

counts() {
  fusions=${fusions:-$1}
  rounds=$2
  timed=$3
}
if [ -n "$quick" ]; then counts 8 20 1; elif [ -n "$card" ]; then counts 1000 500 20; else counts 20 500 5; fi
properties=(-Dfacefuse.gpu.report="$out" -Dfacefuse.gpu.fusions="$fusions" -Dfacefuse.gpu.rounds="$rounds"
  -Dfacefuse.gpu.timed="$timed")
if [ -n "$card" ] && [ "$natives" = gpu ]; then
  properties+=(-Dfacefuse.gpu.expected=true)
fi
for fact in "${about[@]}"; do
  properties+=("-Dfacefuse.gpu.about.$fact")
done

# The settings under test are the program's own.
unset PYTORCH_ALLOC_CONF PYTORCH_CUDA_ALLOC_CONF PYTORCH_HIP_ALLOC_CONF CUDA_LAUNCH_BLOCKING NVIDIA_TF32_OVERRIDE
unset CLASSPATH JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS
export OPENCV_LOG_LEVEL=SILENT OPENBLAS_NUM_THREADS=1
cache=$here/cache # JavaCPP extracts natives here, once
[ -w "$here" ] || cache=$out/cache
tests=$here/tests/facefuse-engine-tests.jar:$here/tests/facefuse-native-tests.jar
status=0
"$here/jre/bin/java" -Xmx512m -XX:+UseSerialGC -Dorg.bytedeco.javacpp.cachedir="$cache" "${properties[@]}" \
  -cp "$here/lib/*:$tests" org.junit.platform.console.ConsoleLauncher execute --scan-classpath "$tests" \
  --include-tag gpu --include-engine junit-jupiter --fail-if-no-tests --details tree --disable-banner \
  --disable-ansi-colors >"$out/verify.log" 2>&1 || status=$?

if [ $status -eq 0 ]; then
  [ -n "$card" ] || echo "There is no GPU here: what needs none was checked, the rest is reported as skipped."
  echo "Passed: $out/report.md"
elif [ $status -eq 1 ]; then
  echo "Failed: $out/report.md says what, $out/verify.log how."
else
  echo "The process ended with status $status: $out/verify.log says more, $out/report.md how far it came."
  status=1
fi
exit $status
