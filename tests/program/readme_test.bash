#!/usr/bin/env bash
# Runs what the README's console blocks show, against a fresh sandbox, and compares stdout line by
# line: readme_test.bash PROGRAM README.md
set -euo pipefail
program=$(realpath "$1")
readme=$(realpath "$2")
cd "$(dirname "$readme")"

work=$(mktemp -d)
sandbox=
clean_up() {
  if [[ -n $sandbox ]]; then
    kill "$sandbox"
    wait "$sandbox" || true
  fi
  rm -rf "$work"
}
trap clean_up EXIT

mkfifo "$work/listening"
"$program" sandbox --listen 127.0.0.1:0 --start-delay 0 --stop-delay 0 >"$work/listening" &
sandbox=$!
read -r line <"$work/listening"

unset "${!FLEET@}" "${!SCALE_FLEET@}"
export SCALE_FLEET_ENDPOINT=${line##* } SCALE_FLEET_LOCK_DIR=$work PATH=$work:$PATH
ln -s "$program" "$work/scale-fleet"

# shellcheck disable=SC2016  # The backquotes are Markdown's.
sed -n '/^```console$/,/^```$/{/^```/d;p}' "$readme" >"$work/shown"
grep -c '^\$ ' "$work/shown" >"$work/count"
grep '^\$ ' "$work/shown" | while IFS= read -r command; do
  printf '%s\n' "$command"
  bash -c "${command#\$ }" </dev/null 2>>"$work/stderr" || true
done >"$work/happened"
if ! diff -u "$work/shown" "$work/happened"; then
  echo "the README shows (-) what the program doesn't do (+); its stderr:" >&2
  cat "$work/stderr" >&2
  exit 1
fi
echo "$(cat "$work/count") commands of the README did what it shows"
