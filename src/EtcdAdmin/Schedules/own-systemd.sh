# Makes the script after it use the systemd of the user that runs it.
# uses: own_systemd

own_systemd
