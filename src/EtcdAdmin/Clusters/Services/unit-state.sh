# Prints the process id of a unit; 0 for none.
# $1 unit

systemctl show --property=MainPID --value "$1"
