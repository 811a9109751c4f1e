namespace EtcdAdmin.Deployment;

/// <summary>What installing does on a host beyond writing files.</summary>
internal static class MemberFileScripts
{
    /// <summary>The remark by which a user of EtcdAdmin's making is known again.</summary>
    public const string UserRemark = "etcd, made by EtcdAdmin";

    /// <summary>The list, in the configuration's folder, of the folders that were not there before; uninstalling removes no others.</summary>
    public const string MadeFolders = "folders-made";

    /// <summary>$1 user, empty for none, $2 the list of the folders that it makes, then folders, each made private to that user.</summary>
    public const string Prepare = $$"""
        set -eu
        umask 022
        user=$1 list=$2
        shift 2
        if [ -n "$user" ] && ! id -u "$user" >/dev/null 2>&1; then
            useradd --system --user-group --no-create-home --home-dir / --shell /bin/false --comment '{{UserRemark}}' -- "$user"
        fi
        for folder in "$@"; do
            if [ ! -d "$folder" ]; then
                mkdir -p -- "$folder"
                if [ ! -d "${list%/*}" ]; then mkdir -p -m 0700 -- "${list%/*}"; fi
                printf '%s\n' "$folder" >>"$list"
            fi
            chmod 0700 -- "$folder"
            if [ -n "$user" ]; then chown -- "$user:$user" "$folder"; fi
        done
        """;
}
