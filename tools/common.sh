# Shared by the scripts beside it: where things are, and how to speak.
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
deps="$root/.deps"
mlx_version=0.32.4

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "error: $*"
  exit 5
}
have() { command -v "$1" >/dev/null 2>&1; }

# True when $1 >= $2, as versions.
at_least() {
  [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

# A virtual environment at .deps/$1 with the packages given, made once.
make_venv() {
  local folder="$deps/$1" stamp="$deps/$1/.stamp"
  shift
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$*" ]; then return; fi
  say "Making ${folder#"$root/"}: Python environment with ${*:-pip}"
  rm -rf "$folder"
  python3 -m venv "$folder"
  if [ $# -gt 0 ]; then
    "$folder/bin/python" -m pip install -q --disable-pip-version-check "$@"
  fi
  printf '%s' "$*" >"$stamp"
}

# Unpacks the wheel of package $1 into folder $2.
unpack_wheel() {
  local work
  work="$(mktemp -d "$deps/wheel.XXXXXX")"
  "$deps/venv/bin/python" -m pip download -q --disable-pip-version-check \
    --no-deps --only-binary :all: -d "$work" "$1"
  "$deps/venv/bin/python" -m zipfile -e "$work"/*.whl "$work/content"
  rm -rf "$2"
  mv "$work/content" "$2"
  rm -rf "$work"
}
