# Usage: bash complete.bash SCRIPT LINE: what bash would put behind the last word break, one a line.
source "$1"
scale-fleet() {
  [[ $* == 'completion services' ]] && printf '%s\n' my_app example:1.0.0 backup@.timer 'a\x2db'
}
compopt() { printf '%s\n' "compopt $*"; }
COMP_LINE=$2
COMP_POINT=${#2}
COMP_WORDBREAKS=$' \t\n"\'><=;|&(:@'
_scale_fleet
((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}"
