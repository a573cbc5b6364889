# Run by cockpit inside a container it made, as root: an entry in passwd and group for the uid that agents run as. A
# bare uid has HOME=/ and no name, and git and ssh refuse.
#   UID GID LOGIN HOME
has() { while IFS=: read -r name _ id _; do [ "$id" = "$2" ] && return 0; done <"$1"; return 1; }
taken() { while IFS=: read -r name _; do [ "$name" = "$2" ] && return 0; done <"$1"; return 1; }

login=$3
taken /etc/passwd "$login" && login="agent$1"
group=$3
taken /etc/group "$group" && group="agent$2"
has /etc/group "$2" || echo "$group:x:$2:" >>/etc/group
has /etc/passwd "$1" || echo "$login:x:$1:$2:$login:$4:/bin/sh" >>/etc/passwd
