# shellcheck shell=bash
# Sourced by the scripts beside it: says each step before it is done, keeps what a step prints in a
# log that is shown only when it fails, and makes any failure end in a sentence.

set -Eeuo pipefail

step_name=starting
step_log=
step_command=

# without_address_shuffling "$@": starts the script anew without shuffled addresses, where that is
# allowed. The sanitizers of g++ 12 and clang 14 can't start where a kernel shuffles them wider than
# they expect.
without_address_shuffling() {
  [[ -z ${SCALE_FLEET_UNSHUFFLED:-} ]] || return 0
  setarch --addr-no-randomize true 2>/dev/null || return 0
  SCALE_FLEET_UNSHUFFLED=1 exec setarch --addr-no-randomize "$BASH" "$0" "$@"
}

# step NAME: what is done from here on, for people.
step() {
  step_name=$1
  step_log=
  step_command=
  printf '\n==> %s\n' "$step_name"
}

# quietly LOG COMMAND...: runs it with all its output in LOG.
quietly() {
  step_log=$1
  shift
  step_command=$*
  mkdir -p "$(dirname "$step_log")"
  "$@" >"$step_log" 2>&1
}

# show COMMAND...: prints it as a person would type it, then runs it.
show() {
  step_command=$*
  printf '\n$ %s\n' "$*"
  "$@"
}

# give_up SENTENCE: ends the script with it.
give_up() {
  trap - ERR
  printf '\n%s: %s\n' "$(basename "$0")" "$1" >&2
  exit 1
}

explain_failure() {
  local command=${step_command:-$1}
  trap - ERR
  if [[ -s $step_log ]]; then
    printf '\n' >&2
    tail -n 40 "$step_log" >&2
  fi
  give_up "failed while $step_name: $command.${step_log:+ The whole log: $step_log}"
}

trap 'explain_failure "$BASH_COMMAND"' ERR
