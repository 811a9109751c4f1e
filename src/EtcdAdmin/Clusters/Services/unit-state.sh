# Prints the process id of a unit (0 for none), and how often systemd has started it again by itself, as NAME=VALUE.
# $1 unit

systemctl show --property=MainPID --property=NRestarts "$1"
