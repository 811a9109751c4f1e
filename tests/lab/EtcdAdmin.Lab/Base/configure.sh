# Turns a freshly bootstrapped Debian into the base of the lab's hosts. Run by sh as root inside it.
set -eu

# Real hosts need not have Python, which xfsprogs only wants for a tool that nobody calls here.
dpkg-query -W -f '${Package}\n' | grep -E '^(lib)?python3' | xargs dpkg --purge --force-depends >/dev/null
# The faked clock: root's programs and everybody else's find it at one place, whatever the architecture.
ln -s "$(find /usr/lib -name libfaketime.so.1)" /usr/lib/lab-faketime.so

useradd --create-home --shell /bin/dash --password '*' ops
useradd --create-home --shell /bin/bash --password '*' clerk
useradd --create-home --shell /bin/bash --password '*' guest
for home in /root /home/ops /home/clerk /home/guest; do
    mkdir -p "$home/.ssh"
    chmod 700 "$home/.ssh"
    touch "$home/.ssh/authorized_keys"
    chmod 600 "$home/.ssh/authorized_keys"
    chown -R "$(basename "$home")": "$home/.ssh"
done
cat >/etc/sudoers.d/lab <<'SUDOERS'
ops ALL=(ALL:ALL) NOPASSWD: ALL
clerk ALL=(ALL:ALL) ALL
SUDOERS
chmod 440 /etc/sudoers.d/lab

cat >/etc/ssh/sshd_config.d/lab.conf <<'SSHD'
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication yes
UseDNS no
PrintLastLog no
# A third of the processor time of the default, which is hardened against quantum computers, for each of very many logins.
KexAlgorithms curve25519-sha256
# Tests connect many times at once.
MaxStartups 1000
MaxSessions 100
# Newer servers shut out an address that failed too often, which here is everybody's.
SSHD
if /usr/sbin/sshd -V 2>&1 | grep -qE 'OpenSSH_(9\.[89]|1[0-9])'; then
    echo 'PerSourcePenalties no' >>/etc/ssh/sshd_config.d/lab.conf
fi
rm -f /etc/ssh/ssh_host_*

systemctl set-default multi-user.target >/dev/null 2>&1
# What a container has no use for, or what would wake up in the middle of a test.
systemctl mask --quiet getty.target console-getty.service systemd-logind.service systemd-update-utmp.service \
    systemd-update-utmp-runlevel.service systemd-networkd.service systemd-resolved.service systemd-timesyncd.service \
    dev-hugepages.mount sys-fs-fuse-connections.mount apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer \
    fstrim.timer e2scrub_all.timer e2scrub_reap.service motd-news.timer
# Each runs at every "daemon-reload", for what no host here has.
mkdir -p /etc/systemd/system-generators
for generator in cryptsetup debug getty gpt-auto hibernate-resume integritysetup rc-local run sysv veritysetup; do
    ln -s /dev/null "/etc/systemd/system-generators/systemd-$generator-generator"
done
mkdir -p /etc/systemd/system/ssh.service.d
cat >/etc/systemd/system/ssh.service.d/lab.conf <<'UNIT'
# Who can connect must also be able to log in: before this, only root may.
[Unit]
After=systemd-user-sessions.service
UNIT

cat >/etc/systemd/system/lab-disks.service <<'UNIT'
[Unit]
Description=The disks that the lab gave this host
DefaultDependencies=no
Before=local-fs-pre.target
Wants=local-fs-pre.target
[Service]
Type=oneshot
ExecStart=/usr/local/sbin/lab-disks
[Install]
WantedBy=local-fs.target
UNIT
cat >/etc/systemd/system/lab-disks-watch.service <<'UNIT'
[Unit]
Description=New file systems on the disks that the lab gave this host
[Service]
# A path unit would miss what is written while it handles what was written before.
ExecStart=/usr/local/sbin/lab-disks watch
[Install]
WantedBy=multi-user.target
UNIT
systemctl enable --quiet lab-disks.service lab-disks-watch.service

mkdir -p /etc/systemd/journald.conf.d
cat >/etc/systemd/journald.conf.d/lab.conf <<'JOURNAL'
[Journal]
# Survives a loss of power, but leaves the small system disk to others.
Storage=persistent
SystemMaxUse=64M
SystemMaxFileSize=8M
RateLimitIntervalSec=0
JOURNAL
: >/etc/machine-id
: >/etc/resolv.conf
rm -rf /var/cache/apt/* /var/lib/apt/lists/* /usr/share/doc/* /usr/share/man/* /usr/share/locale/* /var/log/*.log
mkdir -p /etc/lab
