# shellcheck shell=bash
# Functions for the scripts beside it: HTTP with nothing but bash, and without a process a try.

exec {never}<> <(:)

# nap SECONDS
nap() {
  read -rt "$1" -u "$never" || true
}

# listening PORT PID: waits until somebody does; fails if the process ends before.
listening() {
  until { true <>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null; do
    kill -0 "$2" 2>/dev/null || return 1
    nap 0.005
  done
}

# form TEMPLATE USER FILE: the request that fuses two pictures, for fuse.
form() {
  {
    local name picture
    for name in template user; do
      picture=$1
      printf -- '--facefuse\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n' "$name" "$name"
      cat "$picture"
      printf '\r\n'
      shift
    done
    printf -- '--facefuse--\r\n'
  } >"${*: -1}.body"
  {
    printf 'POST /fuse HTTP/1.1\r\nHost: localhost\r\nAccept: image/*\r\nConnection: close\r\n'
    printf 'Content-Type: multipart/form-data; boundary=facefuse\r\nContent-Length: %s\r\n\r\n' "$(stat -c %s "${*: -1}.body")"
    cat "${*: -1}.body"
  } >"${*: -1}"
  rm "${*: -1}.body"
}

# fuse PORT FORM ANSWER: sends a form and writes the whole answer; fails if that is no 200.
fuse() {
  local status
  {
    cat "$2" >&"$connection"
    cat <&"$connection" >"$3"
  } {connection}<>"/dev/tcp/127.0.0.1/$1"
  read -r status <"$3"
  [[ $status == "HTTP/1.1 200"* ]] || {
    echo "POST /fuse was answered with ${status%$'\r'}" >&2
    return 1
  }
}
