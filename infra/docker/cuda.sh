#!/usr/bin/env bash
# Collects what libtorch with CUDA is linked against: NVIDIA's libraries where this program calls them, stubs where only the
# linker asks. README.md says which and why.
set -euo pipefail
shopt -s inherit_errexit

usage() {
  cat <<'TEXT'
usage: cuda.sh --out DIR [--whole] JAR...

  --out DIR  where to put the libraries, for stage.sh --cuda, and nvidia.cdx.json; empty or not there yet
  --whole    no stubs: 1 GB more in a registry
  JAR        those with natives for a GPU: pytorch-…-linux-x86_64-gpu.jar, cuda-…-linux-x86_64.jar

Needs pip, a JDK, gcc and binutils.
TEXT
}

die() {
  echo "cuda.sh: $1" >&2
  exit "${2:-1}"
}

out=
whole=
while [ $# -gt 0 ]; do
  case $1 in
    --help) usage; exit ;;
    --whole) whole=yes; shift ;;
    --out)
      [ $# -ge 2 ] || die "$1 needs a value; --help says which" 2
      out=$2
      shift 2 ;;
    [!-]*) break ;;
    *) die "unknown option $1; --help says which there are" 2 ;;
  esac
done
[ -n "$out" ] || die "--out is missing; --help says what it is" 2
[ $# -gt 0 ] || die "the jars are missing; --help says which" 2
for tool in pip jar gcc nm readelf; do
  command -v $tool >/dev/null || die "$tool is not on the path; --help says what is needed"
done
mkdir -p "$out"
[ -z "$(ls -A "$out")" ] || die "$out is not empty"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# NVIDIA's own packages of the versions that JavaCPP's natives were built with: CUDA 13.1, cuDNN 9.19.
wheels=(nvidia-cuda-runtime==13.1.80 nvidia-cublas==13.2.1.1 nvidia-cudnn-cu13==9.19.0.56 nvidia-cuda-cupti==13.1.75
  nvidia-cufile==1.16.1.26 nvidia-cufft==12.1.0.78 nvidia-cusparse==12.7.3.1 nvidia-cusolver==12.0.9.81
  nvidia-nvjitlink==13.1.115 nvidia-curand==10.4.1.81 nvidia-nccl-cu13==2.28.9)
pip download --quiet --no-deps --only-binary=:all: --dest "$work/wheels" "${wheels[@]}" || die "the wheels cannot be downloaded"
mkdir "$work/all" "$work/torch"
for wheel in "$work"/wheels/*.whl; do
  (cd "$work/all" && jar --extract --file "$wheel")
done
for bundle in "$@"; do
  bundle=$(cd "$(dirname "$bundle")" && pwd)/$(basename "$bundle")
  (cd "$work/torch" && jar --extract --file "$bundle") || die "$bundle cannot be read"
done
mapfile -t importers < <(find "$work/torch" -name '*torch*.so' -o -name 'libjnicu*.so')
[ ${#importers[@]} -gt 0 ] || die "the jars hold no natives for a GPU"

# Fourier transforms, sparse matrices, solvers, random numbers of CUDA's own library, several GPUs, recurrent networks: nothing
# of it is called. libtorch and JavaCPP's side of it want the names when they are loaded.
stubs=(libcufft.so.12 libcusparse.so.12 libcusolver.so.12 libcusolverMg.so.12 libcurand.so.10 libnccl.so.2 libcudnn_adv.so.9)
[ -z "$whole" ] || stubs=()
symbols() {
  nm -D "--$1-only" --with-symbol-versions "${@:2}" | awk 'NF > 1 {print $NF}' | sed 's/@@/@/' | sort -u
}
for library in "${stubs[@]}"; do
  real=$(find "$work/all" -name "$library")
  [ -n "$real" ] || die "the wheels lack $library"
  comm -12 <(symbols defined "$real") <(symbols undefined "${importers[@]}") >"$work/names"
  {
    printf '#include <stdio.h>\n#include <stdlib.h>\n'
    printf 'static void absent(const char *name) {\n'
    printf '  fprintf(stderr, "facefuse: %%s was called; %s is not in this image: build it with cuda.sh --whole\\n", name);\n  abort();\n}\n' "$library"
    sed 's/@.*//' "$work/names" | sed 's/.*/void &(void) { absent("&"); }/'
  } >"$work/stub.c"
  # Every name in the version that it is asked for in.
  version=$(sed -n 's/.*@//p' "$work/names" | sort -u)
  [ "$(wc -w <<<"$version")" -le 1 ] || die "$library has names of several versions, which its stub cannot have"
  printf '%s { global: *; };\n' "$version" >"$work/map"
  gcc -shared -fPIC -O1 -Wl,-soname,"$library" ${version:+-Wl,--version-script="$work/map"} -o "$out/$library" "$work/stub.c"
  find "$work/all" -name "$library" -delete
done
[ -n "$whole" ] || find "$work/all" \( -name 'libnvJitLink*' -o -name 'libcufftw*' \) -delete
find "$work/all" -name '*.so*' -exec mv -t "$out" {} +

{
  printf '{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": ['
  separator=
  for wheel in "${wheels[@]}"; do
    printf '%s{"type": "library", "name": "%s", "version": "%s", "purl": "pkg:pypi/%s@%s"}' \
      "$separator" "${wheel%==*}" "${wheel#*==}" "${wheel%==*}" "${wheel#*==}"
    separator=', '
  done
  printf ']}\n'
} >"$out/nvidia.cdx.json"
