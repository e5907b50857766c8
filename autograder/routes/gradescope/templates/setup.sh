#!/usr/bin/env bash
# Runs once, when the image is built: makes a Python of its own with the packages that marking needs.
set -euo pipefail
umask 022 # student code runs as another user, who must be able to read Python and numpy

folder="${AUTOGRADER_ROOT:-/autograder}/source"
wanted="@PYTHONS@" # the packages in wheels/ are for these; where it is empty they come from the network

fail() {
    echo "setup.sh: $1" >&2
    exit 1
}

version_of() {
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true
}

suits() { # whether it is new enough, and there are packages for it
    case "$1" in [012].* | 3.[0-9] | 3.10) return 1 ;; esac
    case " ${wanted:-$1} " in *" $1 "*) return 0 ;; *) return 1 ;; esac
}

python="" version=""
for each in python3 python3.{11..19}; do
    found="$(version_of "$each")"
    version="${version:-$found}"
    if [ -n "$found" ] && suits "$found"; then
        python="$each" version="$found"
        break
    fi
done
if [ -z "$python" ]; then
    case "$version" in
        "") fail "there is no python3 here: choose a base image with Python 3.11 or newer" ;;
        [012].* | 3.[0-9] | 3.10) fail "Python 3.11 or newer is needed, and python3 is $version: choose a newer base image" ;;
        *) fail "the packages are for Python ${wanted// / or }, and python3 is $version: build the zip again with --python $version" ;;
    esac
fi

make_environment() {
    "$python" -m venv --clear "$@" "$folder/venv" >/dev/null 2>&1
}

installer=("$folder/venv/bin/python" -m pip)
bundled=("$folder"/wheels/pip-*.whl)
if [ -e "${bundled[0]}" ]; then
    make_environment --without-pip || fail "python3 -m venv does not work here: choose another base image"
    installer=("$folder/venv/bin/python" "${bundled[0]}/pip")
elif ! make_environment; then
    apt-get install -y -qq "python$version-venv" || true
    make_environment || fail "python3 -m venv does not work here: it needs the package python$version-venv"
fi

options=(--quiet --disable-pip-version-check --requirement "$folder/requirements.txt" --constraint "$folder/constraints.txt")
if [ -n "$wanted" ]; then
    export PIP_CONFIG_FILE=/dev/null
    options+=(--no-index --find-links "$folder/wheels")
fi
"${installer[@]}" install "${options[@]}" || fail "the packages could not be installed: see above"

"$folder/venv/bin/python" -m compileall -q "$folder/kit/autograder"
chmod -R go-rwx "$folder/config.json" "$folder/kit/assignments" "$folder/kit/solutions"
cd "$folder/kit"
"$folder/venv/bin/python" -E -s -c 'import autograder.marking' || fail "the engine does not start: see above"
echo "setup.sh: ready, with Python $version"
