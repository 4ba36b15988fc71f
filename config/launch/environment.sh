#!/bin/sh
# environment.sh run|dev: finds a Python that fits and fills .venv from the lock file, when that is not done yet.
# Run from the project's folder. PYTHON names a Python to use instead of looking for one.
set -eu

fits() {
    "$1" -c 'import ensurepip, sys, venv; sys.exit(not (3, 12) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1
}

# A shim of pyenv may exist for a version that is not chosen, and then fails: each candidate is tried, not only found.
find_python() {
    wanted=$(cat .python-version 2>/dev/null || echo 3.13)
    for candidate in ${PYTHON:-} "python$wanted" python3.13 python3.12 python3.14 python3 python; do
        if fits "$candidate"; then command -v "$candidate"; return; fi
    done
    for candidate in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/python; do
        if fits "$candidate"; then echo "$candidate"; return; fi
    done
    echo "No Python from 3.12 to 3.14 with venv was found: install one (Debian: apt install python3-venv), or name it: make run PYTHON=/path/to/python3.13" >&2
    return 1
}

# The stamp is a copy of the lock that was installed, so a second start compares two files and installs nothing.
current() {
    [ -x .venv/bin/python ] && cmp -s "$1" ".venv/$1"
}

install_from() {
    [ -x .venv/bin/python ] && fits .venv/bin/python || { python=$(find_python); rm -rf .venv; "$python" -m venv .venv; }
    echo "Installing what $1 names into .venv ..."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes -r "$1" || {
        echo "The packages of $1 could not be installed; the reason is above. Mend it and start again." >&2
        exit 1
    }
}

case $1 in
    run)
        current requirements.lock && exit 0
        install_from requirements.lock
        ;;
    dev)
        current requirements-dev.lock && exit 0
        install_from requirements-dev.lock
        cp requirements-dev.lock .venv/
        ;;
esac
cp requirements.lock .venv/
