#!/usr/bin/env bash
# Makes the part of an image that comes from Debian: of a few packages, what programs need. README.md says more.
set -euo pipefail
shopt -s inherit_errexit

usage() {
  cat <<'TEXT'
usage: root.sh --out DIR [--from DIR]

  --out DIR   where to put it; empty or not there yet
  --from DIR  a Debian to take it from: / if not given
TEXT
}

die() {
  echo "root.sh: $1" >&2
  exit "${2:-1}"
}

out=
from=/
while [ $# -gt 0 ]; do
  case $1 in
    --help) usage; exit ;;
    --out | --from)
      [ $# -ge 2 ] || die "$1 needs a value; --help says which" 2
      declare "${1#--}=$2"
      shift 2 ;;
    *) die "unknown option $1; --help says which there are" 2 ;;
  esac
done
[ -n "$out" ] || die "--out is missing; --help says what it is" 2
from=${from%/}
[ -e "$from/var/lib/dpkg/status" ] || die "$from/ is no Debian" 2
mkdir -p "$out"
[ -z "$(ls -A "$out")" ] || die "$out is not empty"

# The JRE's and the natives' libraries, and the folders and names that programs expect. No shell, no dpkg, no program at all.
packages=(base-files libc6 libgcc-s1 libstdc++6 zlib1g)

query() {
  dpkg-query --admindir="$from/var/lib/dpkg" "$@"
}

# Create the links of a merged /usr first: files of /lib64 belong to their targets.
mkdir -p "$out/usr"
for folder in bin lib lib64 sbin; do
  if [ -L "$from/$folder" ]; then
    mkdir -p "$out/usr/$folder"
    ln -s "usr/$folder" "$out/$folder"
  fi
done
for package in "${packages[@]}"; do
  query -W "$package" >/dev/null 2>&1 || die "$from/ lacks the package $package: apt-get install $package"
  # Copyrights stay; other documents go, and so do programs, and what converts character sets (Java does it by itself).
  query -L "$package" | grep -vE '^/\.$|^/usr/share/(doc/[^/]*/.*[^t]|man|lintian|bug|info|base-files|common-licenses|gdb|locale)(/|$)|^(/usr)?/s?bin/|/gconv(/|$)' |
    while read -r path; do
      if [ -d "$from$path" ] && [ ! -L "$from$path" ]; then
        [ -d "$out$path" ] || install -d -m "$(stat -c %a "$from$path")" "$out$path"
      elif [ -e "$from$path" ] && [ ! -e "$out$path" ]; then
        mkdir -p "$out$(dirname "$path")"
        cp -P --preserve=mode,timestamps "$from$path" "$out$path"
      fi
    done
done
cp -r "$from/usr/share/common-licenses" "$out/usr/share/"
# Scanners read these files instead of dpkg's database, which would name packages that are not in the image.
install -d "$out/var/lib/dpkg/status.d"
for package in "${packages[@]}"; do
  query -s "$package" >"$out/var/lib/dpkg/status.d/$package"
done
ldconfig -r "$out"
rm -rf "$out/var/cache/ldconfig"

install -d "$out"/{dev,etc,proc,sys}
install -d -m 1777 "$out/tmp"
# Distroless images have the same number; Kubernetes' runAsNonRoot wants a number.
printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/tmp:/sbin/nologin\n' >"$out/etc/passwd"
printf 'root:x:0:\nnonroot:x:65532:\n' >"$out/etc/group"
printf 'hosts: files dns\npasswd: files\ngroup: files\n' >"$out/etc/nsswitch.conf"

# The same list for those who read CycloneDX.
install -d "$out/usr/share/sbom"
{
  printf '{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": ['
  separator=
  for package in "${packages[@]}"; do
    version=$(query -W -f='${Version}' "$package")
    printf '%s{"type": "library", "name": "%s", "version": "%s", "purl": "pkg:deb/debian/%s@%s?distro=%s"}' \
      "$separator" "$package" "$version" "$package" "${version//+/%2B}" "$(. "$from/etc/os-release" && echo "$VERSION_CODENAME")"
    separator=', '
  done
  printf ']}\n'
} >"$out/usr/share/sbom/debian.cdx.json"
