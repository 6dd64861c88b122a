# Sourced by ./run and ./test: installs what a fresh machine lacks.

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Debian packages that are not there yet.
need_packages() {
  local missing=()
  for package in "$@"; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return
  if ! command -v apt-get >/dev/null; then
    echo "please install: ${missing[*]}" >&2
    exit 2
  fi
  echo "installing ${missing[*]}" >&2
  as_root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# A C compiler (for the compression library) and the Rust toolchain of rust-toolchain.toml.
need_compiler() {
  command -v cc >/dev/null || need_packages gcc libc6-dev
  [ -r "$HOME/.cargo/env" ] && . "$HOME/.cargo/env"
  if ! command -v cargo >/dev/null; then
    # Debian has it from version 13 on; elsewhere the message below says what to do.
    need_packages rustup || true
  fi
  if ! command -v cargo >/dev/null; then
    echo "no Rust toolchain: install rustup, then run this again" >&2
    exit 2
  fi
}
