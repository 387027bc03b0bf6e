#!/usr/bin/env bash
# Makes the archive of classes with which a program of the image starts, from a run of it. The image's
# folder must be at its final path, because an archive contains paths. README.md says more.
set -euo pipefail
shopt -s inherit_errexit
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=infra/docker/http.sh
source "$here/http.sh"

usage() {
  cat <<'TEXT'
usage: archive.sh --template FILE --user FILE [--home DIR]

  --home DIR       what stage.sh made, at its place in the image: /opt/facefuse
  --template FILE  with --user: two pictures; the run serves HTTP and fuses them

Writes serve.options, for java @serve.options, and beside it serve.jsa or, from JDK 25 on, serve.aot.
TEXT
}

die() {
  echo "archive.sh: $1" >&2
  exit "${2:-1}"
}

home=/opt/facefuse
template=
user=
while [ $# -gt 0 ]; do
  case $1 in
    --help) usage; exit ;;
    --home | --template | --user)
      [ $# -ge 2 ] || die "$1 needs a value; --help says which" 2
      declare "${1#--}=$2"
      shift 2 ;;
    *) die "unknown option $1; --help says which there are" 2 ;;
  esac
done
java=$home/jre/bin/java
[ -f "$template" ] && [ -f "$user" ] || die "--template and --user must name two pictures" 2
[ -x "$java" ] || die "$java is not there: stage.sh makes it"
work=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT

options=$home/serve.options
cp "$home/java.options" "$options"
if [ "$("$java" --version | sed -n '1s/[^0-9]*\([0-9]*\).*/\1/p')" -ge 25 ]; then
  archive=$home/serve.aot
  making=-XX:AOTCacheOutput=$archive
  # It says at every start of which methods the code cannot be taken over, on another processor of most.
  printf -- '-Xlog:aot*=off\n-XX:AOTCache=%s\n' "$archive" >>"$options"
else
  archive=$home/serve.jsa
  making=-XX:ArchiveClassesAtExit=$archive
  printf -- '-XX:SharedArchiveFile=%s\n' "$archive" >>"$options"
fi
rm -f "$archive"

port=18080
form "$template" "$user" "$work/form"
"$java" "@$home/java.options" "$making" -jar "$home/facefuse.jar" serve --port $port >"$work/log" 2>&1 &
pid=$!
{ listening $port $pid && fuse $port "$work/form" "$work/answer"; } || { cat "$work/log" >&2; die "the run failed"; }
kill $pid
# 143: ended by the signal, as it should.
wait $pid || [ $? -eq 143 ] || { cat "$work/log" >&2; die "the run did not end by SIGTERM"; }
pid=
[ -s "$archive" ] || { cat "$work/log" >&2; die "the run left no archive"; }
chmod 644 "$archive"
touch -d 2026-01-01T00:00:00Z "$archive" "$options"
