#!/bin/sh
# Build the last commit twice, in folders of different names, and keep the result if both wheels are
# the same. Usage: PYTHON=... release/build_twice.sh OUTPUT
set -eu
output=$1
python=$(cd "$(dirname "$PYTHON")" && pwd)/$(basename "$PYTHON")
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
# File modes are part of a wheel.
umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in first the-second-one; do
    mkdir "$work/$name"
    git archive HEAD | tar -x --no-same-permissions -C "$work/$name"
    (cd "$work/$name" && "$python" -m build --no-isolation --outdir "$work/built-$name" . >"$work/log" 2>&1) ||
        { cat "$work/log" >&2; exit 1; }
done
for wheel in "$work"/built-first/*.whl; do
    cmp "$wheel" "$work/built-the-second-one/$(basename "$wheel")"
done
rm -rf "$output"
mkdir "$output"
cp "$work"/built-first/* "$output"
(cd "$output" && sha256sum -- *)
