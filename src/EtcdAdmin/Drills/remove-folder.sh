# Runs on this machine: deletes a folder when the input ends, which is when the calling process ends. A killed PowerShell deletes nothing,
# and the folder contains all data of a cluster. The shell ignores the Ctrl+C or hang-up that ends the calling process.
# $1 folder

trap '' INT TERM HUP
read -r _
while [ -e "$1" ]; do rm -rf -- "$1"; sleep 0.2; done
