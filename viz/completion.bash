# Completion of fredviz for bash:  source viz/completion.bash
#
# Knows no option by itself: it asks the program's own help, which cannot be out of date.

_fredviz_options() { # COMMAND: its options, one a line
	"$program" "$1" --help 2>/dev/null | sed -nE 's/^  (--[a-z-]+).*/\1/p'
}

_fredviz_values() { # COMMAND OPTION: what may follow it, if that is a few words
	case $1$2 in
	export--format) echo perfetto ctf csv jsonl html ;;
	dump--format) echo text csv jsonl ;;
	generate--delivery) echo idt fred both ;;
	view--print) "$program" view --help | sed -n 's/^Views: \(.*\)\.$/\1/p' | tr -d ',' ;;
	diff--ignore) echo only stack depth nmi cause clobber return work ;;
	esac
}

_fredviz_runs() { # the runs of the database on this line
	local db=build/runs.db i
	for ((i = 1; i < COMP_CWORD; i++)); do
		[ "${COMP_WORDS[i]}" != --db ] || db=${COMP_WORDS[i + 1]}
	done
	"$program" list --db "$db" 2>/dev/null | awk '$1 ~ /^[0-9]+$/ { print $1 } END { print "latest" }'
}

_fredviz() {
	local program=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local command=${COMP_WORDS[1]} words
	command -v "$program" >/dev/null || return
	if [ "$COMP_CWORD" = 1 ]; then
		words="--help --version $("$program" --help | sed -nE 's/^  ([a-z]+) +[^ ].*/\1/p' | grep -vx fredviz)"
	elif [[ $word == -* ]]; then
		words="--help $(_fredviz_options "$command")"
	else
		words=$(_fredviz_values "$command" "$before")
		case $before$command in
		--db* | --output* | --out* | --kernel* | --user* | --socket* | --listen* | --file* | --ring*) ;;
		*print | *view | *diff | *export) [ -n "$words" ] || words=$(_fredviz_runs) ;;
		esac
	fi
	# What is left empty becomes a file's name
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -o default -F _fredviz fredviz
