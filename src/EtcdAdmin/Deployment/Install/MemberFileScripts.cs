namespace EtcdAdmin.Deployment;

/// <summary>What installing does on a host beyond writing files.</summary>
internal static class MemberFileScripts
{
    /// <summary>The remark by which a user of EtcdAdmin's making is known again.</summary>
    public const string UserRemark = "etcd, made by EtcdAdmin";

    /// <summary>$1 user, empty for none, then folders, each made private to that user.</summary>
    public const string Prepare = $"""
        set -eu
        umask 022
        user=$1
        shift
        if [ -n "$user" ] && ! id -u "$user" >/dev/null 2>&1; then
            useradd --system --user-group --no-create-home --home-dir / --shell /bin/false --comment '{UserRemark}' -- "$user"
        fi
        for folder in "$@"; do
            mkdir -p -- "$folder"
            chmod 0700 -- "$folder"
            if [ -n "$user" ]; then chown -- "$user:$user" "$folder"; fi
        done
        """;
}
