#!/usr/bin/env bash
# Makes the application's folder as images hold it: a JRE, natives, jars. README.md says what is in it and why.
set -euo pipefail
shopt -s inherit_errexit nullglob
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
  cat <<'TEXT'
usage: stage.sh --out DIR [--jar FILE] [--home DIR] [--cuda DIR]

  --out DIR   where to put it; what an earlier run left there is replaced
  --jar FILE  function/target/facefuse.jar if not given, built before with natives for linux-x86_64 (-Pgpu for a GPU)
  --home DIR  where it will lie in the image: /opt/facefuse
  --cuda DIR  CUDA's and cuDNN's shared libraries, for a jar with natives for a GPU: those that are needed are taken

With the JDK of JAVA_HOME, or of the path: the image's Java is made of it. Needs readelf and strip (Debian: binutils).
TEXT
}

die() {
  echo "stage.sh: $1" >&2
  exit "${2:-1}"
}

out=
jar=$here/../../function/target/facefuse.jar
home=/opt/facefuse
cuda=
while [ $# -gt 0 ]; do
  case $1 in
    --help) usage; exit ;;
    --out | --jar | --home | --cuda)
      [ $# -ge 2 ] || die "$1 needs a value; --help says which" 2
      declare "${1#--}=$2"
      shift 2 ;;
    *) die "unknown option $1; --help says which there are" 2 ;;
  esac
done
[ -n "$out" ] || die "--out is missing; --help says what it is" 2
[ -f "$jar" ] || die "$jar is not there: mvn -q -DskipTests package makes it"
[ -z "$cuda" ] || [ -d "$cuda" ] || die "$cuda is no folder" 2
[ -z "${JAVA_HOME:-}" ] || PATH=$JAVA_HOME/bin:$PATH
for tool in java jar jlink readelf strip; do
  command -v $tool >/dev/null || die "$tool is not on the path: a JDK 17 or newer and binutils have them"
done
mkdir -p "$out"
out=$(cd "$out" && pwd)
[ -e "$out/facefuse.jar" ] || [ -z "$(ls -A "$out")" ] || die "$out is not empty and none of ours; give another --out"
rm -rf "$out"
mkdir -p "$out/natives"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
date=2026-01-01T00:00:00Z

# A thin jar that names those in lib/: an archive of classes holds only what comes from plain jars.
java -Djarmode=tools -jar "$jar" extract --destination "$work/app" >/dev/null
mv "$work/app/facefuse.jar" "$work/app/lib" "$out/"
rm -f "$out"/lib/spring-boot-jarmode-tools-*.jar

# Natives leave their jars, so that nothing is extracted at run time.
mkdir "$work/all"
for bundle in "$out"/lib/*-linux-x86_64*.jar; do
  (mkdir "$work/jar" && cd "$work/jar" && jar --extract --file "$bundle")
  find "$work/jar" -name '*.so*' ! -path '*/python/*' -exec mv -t "$work/all" {} +
  rm -rf "$work/jar" "$bundle"
done
own=$(echo "$out"/lib/facefuse-native-*.jar)
(mkdir "$work/jar" && cd "$work/jar" && jar --extract --file "$own" && rm "$own")
find "$work/jar" -name '*.so' -exec mv -t "$work/all" {} +
find "$work/jar" -depth -type d -empty -delete
jar --create --date=$date --manifest "$work/jar/META-INF/MANIFEST.MF" --file "$own" -C "$work/jar" .
# JavaCPP loads OpenBLAS a second time under this name, from a copy; from a link it is the same library.
ln -s libopenblas.so.0 "$work/all/libopenblas_nolapack.so.0"
[ -z "$cuda" ] || find "$cuda" -name '*.so*' -exec cp -Pt "$work/all" {} +

# Keeps only the bindings that this program loads and the libraries that they need, of about 90. cuDNN opens its engines by name.
needed() {
  readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
}
take() {
  local library
  for library in "$@"; do
    [ -e "$work/all/$library" ] && [ ! -e "$out/natives/$library" ] || continue
    cp -P "$work/all/$library" "$out/natives/"
    # shellcheck disable=SC2046 # One word a library.
    take $([ ! -L "$work/all/$library" ] || readlink "$work/all/$library") $(needed "$work/all/$library")
  done
}
take libjni{facefuse,javacpp,openblas,openblas_nolapack,torch,opencv_core,opencv_imgproc,opencv_imgcodecs}.so
if [ -e "$work/all/libjnitorch_cuda.so" ]; then
  # JavaCPP loads these presets with libtorch's.
  take libjni{torch_cuda,cudart,cublas,cudnn,cusparse,cusolver,cupti,nvml}.so libcudnn_{engines_precompiled,engines_runtime_compiled,heuristic}.so.9
fi
# Symbols for a debugger are a quarter of libtorch; what the linker needs stays.
find "$out/natives" -type f -exec strip --strip-unneeded {} + 2>/dev/null ||
  die "the libraries in $out/natives could not be stripped"

# The modules that jdeps lists for these jars, elliptic curves for TLS, and zipfs; without headers, man pages and debug information.
jlink --add-modules java.base,java.desktop,java.instrument,java.management,java.naming,java.net.http,java.security.jgss,java.security.sasl,java.sql,jdk.crypto.ec,jdk.management,jdk.unsupported,jdk.zipfs \
  --strip-java-debug-attributes --no-header-files --no-man-pages --output "$out/jre"
cp -L "$(dirname "$(dirname "$(readlink -f "$(command -v jlink)")")")/lib/security/cacerts" "$out/jre/lib/security/cacerts"
# The base archive of the JDK's own classes; the application's lies on top of it.
"$out/jre/bin/java" -Xshare:dump >/dev/null

# Read by java as @java.options: for every program in the image.
cat >"$out/java.options" <<TEXT
-Dfacefuse.natives=$home/natives
# Else JavaCPP makes a folder for what it extracts.
-Dorg.bytedeco.javacpp.cacheLibraries=false
# One fusion at a time and a small heap: the other collectors' threads and tables cost more than they save.
-XX:+UseSerialGC
# Else the JVM writes to /tmp.
-XX:-UsePerfData
# Fifty times the defaults: at a start the second compiler takes as long as everything else, for code that runs once. Loops over
# pixels pass this in the first fusions, and a warm one takes no longer.
-XX:Tier4InvocationThreshold=250000
-XX:Tier4MinInvocationThreshold=30000
-XX:Tier4CompileThreshold=750000
-XX:Tier4BackEdgeThreshold=2000000
# Spring Boot would use the second processor, which opens the engine, to warm up what it does not need.
-Dspring.backgroundpreinitializer.ignore=true
TEXT
# An archive of classes holds the jars' times and lengths; layers keep whole seconds.
find "$out" -exec touch -hd $date {} +
