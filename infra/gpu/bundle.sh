#!/usr/bin/env bash
# Makes the folder that verifies facefuse on a machine without network, Maven or JDK. README.md says what is in it.
set -euo pipefail
shopt -s inherit_errexit
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

usage() {
  cat <<'TEXT'
usage: bundle.sh [--out DIR] [--natives gpu|cpu] [--parts SIZE]

  --out DIR       the bundle; infra/gpu/target/bundle if not given. What an earlier run left there is replaced
  --natives gpu   libtorch with CUDA (the default); cpu: without, a third of the size
  --parts SIZE    also DIR.parts/: the bundle as a tar in parts of this size (40m is 40 MiB), with their SHA-256
TEXT
}

die() {
  echo "bundle.sh: $1" >&2
  exit "${2:-1}"
}

out=$repository/infra/gpu/target/bundle
natives=gpu
parts=
while [ $# -gt 0 ]; do
  case $1 in
    --help) usage; exit ;;
    --out | --natives | --parts)
      [ $# -ge 2 ] || die "$1 needs a value; --help says which" 2
      declare "${1#--}=$2"
      shift 2 ;;
    *) die "unknown option $1; --help says which there are" 2 ;;
  esac
done
[[ $natives == gpu || $natives == cpu ]] || die "--natives is gpu or cpu, not $natives" 2
[[ $parts =~ ^([1-9][0-9]*[kmgKMG]?)?$ ]] || die "--parts is a size such as 40m, not $parts" 2
for tool in mvn java jlink jar; do
  command -v $tool >/dev/null || die "$tool is not on the path: a bundle is made with a JDK 17 and Maven"
done
mkdir -p "$out"
out=$(cd "$out" && pwd)
[ -e "$out/bundle.properties" ] || [ -z "$(ls -A "$out")" ] || die "$out is no bundle and not empty; give another --out"
rm -rf "$out" "$out.parts"
mkdir -p "$out/lib" "$out/tests"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

property() {
  sed -n "s:.*<$1>\(.*\)</$1>.*:\1:p" "$repository/pom.xml"
}

cat >"$out/bundle.properties" <<TEXT
commit=$(git -C "$repository" describe --always --dirty 2>/dev/null || echo unknown)
natives=$natives
pytorch preset=$(property pytorch.version | sed "s/\${javacpp.version}/$(property javacpp.version)/")
cuda preset=$(property cuda.version | sed "s/\${javacpp.version}/$(property javacpp.version)/")
TEXT

# Classes, and the test classpath of the last module, which has all the others'. JUnit's platform is its 5.x.y as 1.x.y.
console=junit-platform-console-standalone
junit=$(property junit.version)
profile=()
[ $natives = cpu ] || profile=(-Pgpu)
(cd "$repository" &&
  mvn -q -B "${profile[@]}" -pl native,models,engine -Dspotless.check.skip=true test-compile \
    dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile="$work/classpath" \
    dependency:copy -Dartifact="org.junit.platform:$console:1.${junit#5.}" -DoutputDirectory="$work") \
  >"$work/log" 2>&1 || { cat "$work/log" >&2; die "Maven failed"; }

# The console launcher brings JUnit along; natives stay in their jars, half as large as extracted.
mapfile -d : -t classpath <"$work/classpath"
for jar in "${classpath[@]}"; do
  case $jar in
    */org/junit/* | */org/opentest4j/* | */org/apiguardian/*) ;;
    *.jar) cp "$jar" "$out/lib/" ;;
  esac
done
cp "$work/$console"-*.jar "$out/lib/"
archive() {
  jar --create --date="$(property project.build.outputTimestamp)" --file "$out/$1" -C "$repository/$2" .
}
for module in native models engine; do
  archive "lib/facefuse-$module.jar" "$module/target/classes"
done
archive tests/facefuse-native-tests.jar native/target/test-classes
archive tests/facefuse-engine-tests.jar engine/target/test-classes

# The modules that jdeps lists for these jars, and zipfs, which JUnit needs to search the tests' jar.
jlink --add-modules java.base,java.desktop,java.instrument,java.sql,jdk.management,jdk.unsupported,jdk.zipfs \
  --strip-debug --no-header-files --no-man-pages --compress=2 --output "$out/jre"
cp "$repository/infra/gpu/verify.sh" "$repository/LICENSE" "$repository/NOTICE" "$out/"
echo "$out: $(du -sm "$out" | cut -f1) MiB, natives: $natives"

[ -n "$parts" ] || exit 0
mkdir "$out.parts"
name=facefuse-$natives
tar -C "$(dirname "$out")" --transform "s:^$(basename "$out"):$name:" --owner=0 --group=0 -cf - "$(basename "$out")" |
  split -b "$parts" -d -a 3 - "$out.parts/$name.tar."
(cd "$out.parts" && sha256sum "$name".tar.* >SHA256SUMS)
cat <<TEXT
$out.parts: $(wc -l <"$out.parts/SHA256SUMS") parts and SHA256SUMS. Where they have arrived:

  sha256sum --quiet -c SHA256SUMS && cat $name.tar.* | tar x && $name/verify.sh
TEXT
