# Runs on this machine: removes a folder when its input ends, with whoever holds the other end. A killed PowerShell removes
# nothing, and what lies there is all that a cluster knows. It must not be ended by the same Ctrl+C or hang-up that ends that one.
# $1 folder

trap '' INT TERM HUP
read -r _
while [ -e "$1" ]; do rm -rf -- "$1"; sleep 0.2; done
