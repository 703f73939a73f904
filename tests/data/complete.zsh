# Usage: zsh -f complete.zsh SCRIPT LINE...: each line after one press of Tab in an interactive zsh.
zmodload zsh/zpty
setup=$(mktemp)
cat >$setup <<'END'
PROMPT= PROMPT2=
autoload -Uz compinit
compinit -D -u
source $script
scale-fleet() { [[ $* == 'completion services' ]] && print -l my_app example:1.0.0 backup@.timer }
press() { zle expand-or-complete; print -r -- "@@<$BUFFER>@@"; zle send-break }
zle -N press
bindkey '^X' press
unsetopt beep
print -r -- "@@""ready"
END
export TERM=dumb
zpty shell zsh -f -i
zpty -w shell "script=${(q)1}; source ${(q)setup}"
zpty -r shell output '*@@ready*'
shift
for line; do
  zpty -w -n shell "$line"$'\x18'
  zpty -r shell output '*@@<*>@@*'
  output=${output##*@@<}
  print -r -- ${output%%>@@*}
done
zpty -d shell
rm -f $setup
