# Makes systemd read its units again.

systemctl daemon-reload
