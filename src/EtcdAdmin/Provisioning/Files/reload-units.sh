# Makes systemd read a replaced unit.

systemctl daemon-reload
