namespace EtcdAdmin.Provisioning.Files;

/// <summary>What installing does on a host beyond writing files.</summary>
internal static class MemberFileScripts
{
    /// <summary>The remark by which a user of EtcdAdmin's making is known again.</summary>
    public const string UserRemark = "etcd, made by EtcdAdmin";

    /// <summary>Lets systemd know of a unit that was replaced.</summary>
    public const string Reload = "systemctl daemon-reload";

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

    /// <summary>Keeps files under a second name, so that putting them back needs no room. Any number of paths; those that are missing are none's loss.</summary>
    public const string Keep = """
        set -eu
        for file in "$@"; do
            rm -f -- "$file.before"
            [ ! -e "$file" ] || ln -- "$file" "$file.before" 2>/dev/null || cp -p -- "$file" "$file.before"
        done
        """;

    /// <summary>Puts back what <see cref="Keep"/> kept, with its times. The same paths.</summary>
    public const string PutBack = """
        set -eu
        for file in "$@"; do
            rm -f -- "$file.part"
            # Two names of one file, where it was not replaced, are nothing that mv would do anything about.
            if [ "$file.before" -ef "$file" ]; then rm -f -- "$file.before"
            elif [ -e "$file.before" ]; then mv -f -- "$file.before" "$file"; fi
        done
        sync -- "$@" 2>/dev/null || sync
        """;

    /// <summary>Removes what <see cref="Keep"/> kept. The same paths.</summary>
    public const string Forget = """
        for file in "$@"; do rm -f -- "$file.before"; done
        """;
}
