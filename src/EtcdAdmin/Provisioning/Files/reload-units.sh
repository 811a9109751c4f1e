# Lets systemd know of a unit that was replaced.

systemctl daemon-reload
