namespace EtcdAdmin.Deployment;

/// <summary>What uninstalling does on a host. Only what EtcdAdmin has put there is named; whatever else lies in a folder keeps it from being removed.</summary>
internal static class UninstallScripts
{
    /// <summary>$1 data's parent folder, $2 configuration's folder, $3 keep data (yes, no), $4 unit or empty, $5 write-ahead log's folder or empty, $6 user or empty.</summary>
    public const string RemoveMember = $"""
        set -u
        dir=$1 config=$2 keep=$3 unit=$4 wal=$5 user=$6
        if [ -n "$unit" ] && [ -e "/etc/systemd/system/$unit" ]; then
            systemctl --quiet disable "$unit"
            rm -f -- "/etc/systemd/system/$unit"
            systemctl daemon-reload
            systemctl reset-failed "$unit" 2>/dev/null
        fi
        if [ "$keep" = no ]; then
            rm -rf -- "$dir/data" "$dir"/data.before-* "$dir/data.restore" "$dir/data.restore.db"
            if [ -n "$wal" ]; then rm -rf -- "$wal/wal" "$wal"/wal.before-*; rmdir -- "$wal" 2>/dev/null; fi
        fi
        rm -rf -- "$config/pki"
        rm -f -- "$config/etcd.conf.yml" "$dir/etcd.log" "$dir/etcd.pid" "$config"/*.part "$dir"/*.part
        for folder in "$config" "$dir"; do if [ -d "$folder" ]; then rmdir -- "$folder" 2>/dev/null; fi; done
        if [ "$keep" = no ] && [ -n "$user" ] && getent passwd "$user" | grep -q -F ':{MemberFileScripts.UserRemark}:'; then
            userdel -- "$user" >&2
        fi
        exit 0
        """;

    /// <summary>$1 folder of the releases, $2 version or empty for the folder as a whole.</summary>
    public const string RemovePrograms = """
        set -u
        if [ -n "$2" ]; then
            rm -rf -- "$1/$2"
            if [ "$(readlink -- "$1/current" 2>/dev/null)" = "$2" ]; then rm -f -- "$1/current"; fi
            rmdir -- "$1" 2>/dev/null
        else
            rm -rf -- "$1"
        fi
        rmdir -- "${1%/*}" 2>/dev/null
        exit 0
        """;
}
