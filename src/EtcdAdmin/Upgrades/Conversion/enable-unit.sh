# Lets the unit that ran a member start at boot again.
# $1 unit, $2 what is-enabled printed before

systemctl daemon-reload
if [ "$2" = enabled ]; then systemctl --quiet enable "$1"; fi
