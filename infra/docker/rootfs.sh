#!/usr/bin/env bash
# Builds the CPU image's file system without Docker, by the steps of cpu/Dockerfile, and tries it: as another user, with everything
# but /tmp read-only. Fails with a sentence when anything does not hold. README.md says what an image is made of.
set -euo pipefail
shopt -s inherit_errexit
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
# shellcheck source=infra/docker/http.sh
source "$here/http.sh"

usage() {
  cat <<'TEXT'
usage: rootfs.sh [--work DIR] [--keep]

  --work DIR  where to build; a new folder in $TMPDIR if not given, removed at the end
  --keep      leaves the file system there: DIR/image

As root, on Debian, with a JDK, binutils and debootstrap; function/target/facefuse.jar must be built before.
TEXT
}

die() {
  echo "rootfs.sh: $1" >&2
  exit "${2:-1}"
}

work=
keep=
given=("$@")
while [ $# -gt 0 ]; do
  case $1 in
    --help) usage; exit ;;
    --keep) keep=yes; shift ;;
    --work)
      [ $# -ge 2 ] || die "$1 needs a value; --help says which" 2
      work=$2
      shift 2 ;;
    *) die "unknown option $1; --help says which there are" 2 ;;
  esac
done
[ "$(id -u)" -eq 0 ] || die "only root can build and enter a file system"
for tool in debootstrap unshare chroot mount java readelf mvn python3; do
  command -v $tool >/dev/null || die "$tool is not on the path; --help says what is needed"
done
# A mount namespace of its own: what is mounted below is nobody else's, and gone at the end.
if [ -z "${ROOTFS_NAMESPACE:-}" ]; then
  ROOTFS_NAMESPACE=inside exec unshare --mount --propagation private "${BASH_SOURCE[0]}" "${given[@]}"
fi

[ -n "$work" ] && mkdir -p "$work" || work=$(mktemp -d)
work=$(cd "$work" && pwd)
[ -z "$(ls -A "$work")" ] || die "$work is not empty; give another --work"
# In the file systems that are entered below there is no such folder.
unset TMPDIR
pid=
finish() {
  [ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null || true
  mount | sed -n "s:.* on \($work/[^ ]*\) type.*:\1:p" | sort -r | while read -r place; do umount -l "$place"; done
  [ -n "$keep" ] || rm -rf "$work"
}
trap finish EXIT
debian=$work/debian
image=$work/image
home=/opt/facefuse
samples=$repository/models/src/main/resources/dev/facefuse/models/samples
port=18083

# The mirror from which this machine installs packages.
mirror=$(apt-get indextargets --format '$(SITE) $(CODENAME)' 'Created-By: Packages' | awk '$2 == "bookworm" {print $1; exit}')
[ -n "$mirror" ] || die "apt knows no source for bookworm: the image is made of Debian 12"
debootstrap --variant=minbase bookworm "$debian" "$mirror" >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; die "debootstrap failed"; }

"$here/root.sh" --from "$debian" --out "$image"
"$here/stage.sh" --out "$image$home" --home "$home"
"$here/sbom.sh" "$image/usr/share/sbom/facefuse.cdx.json"

# The archive of classes is made where Docker makes it: in the Debian that builds, with the folder at its place.
mkdir -p "$debian$home" "$debian/build"
mount --bind "$image$home" "$debian$home"
mount -t proc proc "$debian/proc"
cp "$here"/{archive,http}.sh "$samples"/{mona-lisa.jpg,astronaut.png} "$debian/build/"
chroot "$debian" /build/archive.sh --template /build/mona-lisa.jpg --user /build/astronaut.png
umount "$debian/proc" "$debian$home"

# The mounts that docker run --read-only --tmpfs /tmp gives a process.
root=$work/root
mkdir "$root"
mount --bind "$image" "$root"
mount -o remount,bind,ro "$root"
mount -t proc -o ro proc "$root/proc"
mount -t tmpfs -o size=64m,mode=1777 tmp "$root/tmp"
mount -t tmpfs -o mode=755 dev "$root/dev"
mknod -m 666 "$root/dev/null" c 1 3
mknod -m 666 "$root/dev/random" c 1 8
mknod -m 666 "$root/dev/urandom" c 1 9
mount -o remount,ro "$root/dev"
# The image's own variables.
enter=(env -i PORT="$port" FACEFUSE_HOST=0.0.0.0 "$(command -v chroot)" --userspec=65532:65532 "$root")
within() {
  "${enter[@]}" "$@"
}

java=$home/jre/bin/java
within $java @$home/serve.options -jar $home/facefuse.jar --version >/dev/null || die "facefuse --version fails in the image"
within $java @$home/serve.options -Xshare:on -Xlog:class+load -jar $home/facefuse.jar --version |
  grep 'dev.facefuse.function.cli.Main source: shared objects file (top)' >/dev/null || die "the archive of classes is not used"
within $java @$home/serve.options -jar $home/facefuse.jar doctor >"$work/doctor" || { cat "$work/doctor" >&2; die "doctor found something wrong in the image"; }
health=("$java" -Xshare:auto -XX:TieredStopAtLevel=1 -XX:-UsePerfData -cp "$home/facefuse.jar" dev.facefuse.function.http.HealthCheck)
! within "${health[@]}" 2>/dev/null || die "the health check finds a server where there is none"

"${enter[@]}" $java @$home/serve.options -jar $home/facefuse.jar serve >"$work/out" 2>&1 &
pid=$!
listening $port $pid || { cat "$work/out" >&2; die "the server did not start"; }
form "$samples/mona-lisa.jpg" "$samples/astronaut.png" "$work/form"
fuse $port "$work/form" "$work/answer" || { cat "$work/out" >&2; die "the server did not fuse"; }
within "${health[@]}" || die "the health check does not find the server"
# The head ends at the first empty line; a JPEG begins with FF D8.
python3 - "$work/answer" <<'PY' || die "the answer is no fused picture"
import json, sys
head, picture = open(sys.argv[1], "rb").read().split(b"\r\n\r\n", 1)
report = next(line.split(b":", 1)[1] for line in head.split(b"\r\n") if line.lower().startswith(b"facefuse-report:"))
assert picture.startswith(b"\xff\xd8") and b"compositeSynthetic" in picture, "no labelled JPEG"
similarity = json.loads(report)["similarity"]
assert similarity["user"] > similarity["template"], similarity
PY
[ "$(stat -c %u /proc/$pid)" = 65532 ] || die "the server runs as another user"

# All libraries that were loaded, and all that are there: each must be in both.
sed -n "s:.* \(/.*\.so[.0-9]*\)$:\1:p" /proc/$pid/maps | sed "s:^$root::" | sort -u >"$work/loaded"
find "$image$home/natives" -type f -printf "$home/natives/%f\n" | sort >"$work/natives"
unused=$(comm -13 "$work/loaded" "$work/natives")
[ -z "$unused" ] || die "the image has natives that a fusion does not load: $unused"
outside=$(grep -vE "^($home/(natives|jre/lib)|(/usr)?/lib)/" "$work/loaded" || true)
[ -z "$outside" ] || die "libraries were loaded from elsewhere: $outside"
written=$(find "$root/tmp" -type f)
[ -z "$written" ] || die "the server wrote files: $written"

kill $pid
status=0
wait $pid || status=$?
pid=
[ $status -eq 143 ] || { cat "$work/out" >&2; die "SIGTERM ended the server with $status, not 143"; }

# The same with the entry point of lambda/Dockerfile. The emulator lies where only /tmp can be written to, as in Lambda.
if emulator=$(command -v aws-lambda-rie); then
  cp "$emulator" "$root/tmp/"
  python3 "$here/lambda.py" /tmp/aws-lambda-rie "$here/lambda/Dockerfile" "$samples" \
    "$(command -v chroot)" --userspec=65532:65532 "$root" || die "the function does not run in Lambda's emulator"
else
  echo "rootfs.sh: aws-lambda-rie is not on the path; the image was not tried in Lambda's emulator"
fi

for sbom in facefuse debian; do
  python3 -c 'import json, sys; sys.exit(not json.load(open(sys.argv[1]))["components"])' "$image/usr/share/sbom/$sbom.cdx.json" ||
    die "the list of components $sbom.cdx.json is empty"
done

# By the layers of cpu/Dockerfile, as a registry stores them.
layer() {
  local name=$1
  shift
  (cd "$image" && tar --owner=0 --group=0 --sort=name -cf - "$@") >"$work/layer"
  bytes=$(stat -c %s "$work/layer")
  stored=$(gzip -6 -c "$work/layer" | wc -c)
  printf '%-34s %7.1f %7.1f\n' "$name" "$((bytes / 100000))e-1" "$((stored / 100000))e-1"
  whole=$((whole + bytes))
  sent=$((sent + stored))
}
whole=0
sent=0
printf '%-34s %7s %7s\n' 'layer (MB)' plain gzip
layer 'Debian: C and C++ libraries, zlib' --exclude "./${home#/}" --exclude ./usr/share/sbom .
layer 'Java runtime' "${home#/}/jre"
layer natives "${home#/}/natives"
layer 'jars, packs, lists of components' "${home#/}/facefuse.jar" "${home#/}/lib" usr/share/sbom
layer 'archive of classes, options' "${home#/}/java.options" "${home#/}/serve.options" "${home#/}/serve.jsa"
printf '%-34s %7.1f %7.1f\n' all "$((whole / 100000))e-1" "$((sent / 100000))e-1"
[ $sent -le 250000000 ] || die "the image takes more than 250 MB in a registry"
echo "rootfs.sh: the image holds"
