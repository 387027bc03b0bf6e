# Sourced by .ci/run and infra/release.sh: installs the programs that tests and checks use for real, on Debian 12 as root.

export DEBIAN_FRONTEND=noninteractive
# Go's own folder.
export PATH=$PATH:/usr/local/go/bin

# obtain PACKAGE…: installs Debian packages. The policy keeps their services from starting: tests start their own.
obtain() {
  local policy=/usr/sbin/policy-rc.d created=
  if [ ! -e $policy ]; then
    created=yes
    printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy
  fi
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@" || return
  [ -z $created ] || rm -f $policy
}

# Everything that the test command uses.
test_tools() {
  local missing=()
  /usr/bin/python3 -c 'import torch, numpy, scipy, PIL' 2>/dev/null ||
    missing+=(python3-torch python3-numpy python3-scipy python3-pil)
  command -v exiftool >/dev/null || missing+=(libimage-exiftool-perl)
  [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || missing+=(rabbitmq-server)
  # The browser for the page's tests, and fonts for English and Chinese.
  command -v chromium >/dev/null || missing+=(chromium fonts-dejavu-core fonts-wqy-microhei)
  command -v curl >/dev/null || missing+=(curl)
  command -v promtool >/dev/null || missing+=(prometheus)
  command -v readelf >/dev/null || missing+=(binutils)
  [ ${#missing[@]} -eq 0 ] || obtain "${missing[@]}"
}

# The additional programs of the release checks.
release_tools() {
  local missing=()
  python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
  command -v debootstrap >/dev/null || missing+=(debootstrap)
  [ ${#missing[@]} -eq 0 ] || obtain "${missing[@]}"
}

# lambda_emulator FOLDER: builds AWS's emulator of Lambda there.
lambda_emulator() {
  GOBIN=$1 go install \
    github.com/aws/aws-lambda-runtime-interface-emulator/cmd/aws-lambda-rie@v0.0.0-20261030222936-bef5c4ba774d
}

# minio FOLDER: builds MinIO there, which takes minutes.
minio() {
  GOBIN=$1 go install github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c
}
