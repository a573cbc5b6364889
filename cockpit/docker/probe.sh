# Run by cockpit inside a container, as the agents' user: makes the folder for the tmux socket (and, in a container
# that is not ours, for all that cockpit brings), and tells what is there. The first line is `cockpit`, so that a
# shell's greeting can't be taken for an answer.
#   FOLDER WORKDIR
umask 077
mkdir -p "$1" || { echo "cannot make $1" >&2; exit 70; }
[ -O "$1" ] && [ ! -L "$1" ] || { echo "$1 belongs to somebody else" >&2; exit 70; }
echo cockpit
echo "path $PATH"
echo "home $HOME"
[ -d "$2" ] && echo "workdir yes" || echo "workdir no"
echo "tmux $(tmux -V 2>/dev/null)"
