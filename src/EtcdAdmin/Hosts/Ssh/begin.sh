# Runs a script once its first line of input has come; on both outputs what follows is the script's own.
# $0 nonce, which has to come as the first line of input, $1 the script, then its arguments
# uses: clean_environment

printf '%s:b;' "$0"
printf '%s:b;' "$0" >&2
IFS= read -r go || exit 1
[ "$go" = "$0" ] || exit 1
clean_environment
script=$1
shift
cd /
# Administration programs are not on the path of every login.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH
# ssh says 255 for its own failures and for a command that a signal killed; through a shell that stays, neither of these is taken
# for a lost connection.
sh -c "$script" etcdadmin "$@"
status=$?
[ "$status" -ne 255 ] || status=254
exit "$status"
