using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Provisioning.Files;

/// <summary>Unit, configuration, certificates and keys that a new member's take the place of: kept aside on the host until it serves, and put back where that fails.</summary>
/// <param name="context">The surroundings.</param>
/// <param name="member">The member whose files are written.</param>
internal sealed class KeptFiles(AdminContext context, MemberSpec member)
{
    /// <summary>What stands behind the name of the configuration's folder in that of the folder they are kept in.</summary>
    public const string Mark = ".before-joining";

    // What an earlier run kept and did not put back is what was there first. The file "complete" comes last.
    private const string KeepScript = """
        set -eu
        kept=$1 config=$2 pki=$3 unit=$4
        if [ -e "$kept/complete" ]; then exit 0; fi
        rm -rf -- "$kept"
        mkdir -p -m 0700 -- "$kept"
        if [ -e "$config" ]; then cp -a -- "$config" "$kept/configuration"; fi
        if [ -e "$pki" ]; then cp -a -- "$pki" "$kept/pki"; fi
        if [ -n "$unit" ] && [ -e "/etc/systemd/system/$unit" ]; then
            cp -a -- "/etc/systemd/system/$unit" "$kept/unit"
            systemctl is-enabled "$unit" >"$kept/enabled" 2>/dev/null || true
        fi
        : >"$kept/complete"
        """;

    // Each file by a rename, so that there is the one or the other. What was not there goes again.
    private const string PutBackScript = $$"""
        set -eu
        kept=$1 config=$2 pki=$3 unit=$4 data=$5 wal=$6 stamp=$7
        if [ ! -e "$kept/complete" ]; then exit 0; fi
        if [ -e "$data/member" ]; then mv -- "$data" "$data.before-undo-$stamp"; fi
        if [ -n "$wal" ] && [ -e "$wal" ]; then mv -- "$wal" "$wal.before-undo-$stamp"; fi
        if [ -n "$unit" ]; then
            if [ -e "/etc/systemd/system/$unit" ]; then systemctl --quiet disable "$unit" 2>/dev/null || true; fi
            if [ -e "$kept/unit" ]; then
                cp -a -- "$kept/unit" "/etc/systemd/system/$unit.part"
                mv -f -- "/etc/systemd/system/$unit.part" "/etc/systemd/system/$unit"
            else
                rm -f -- "/etc/systemd/system/$unit"
            fi
            systemctl daemon-reload
            systemctl reset-failed "$unit" 2>/dev/null || true
            if [ "$(cat "$kept/enabled" 2>/dev/null)" = enabled ]; then systemctl --quiet enable "$unit"; fi
        fi
        if [ -e "$kept/configuration" ]; then
            cp -a -- "$kept/configuration" "$config.part"
            mv -f -- "$config.part" "$config"
        else
            rm -f -- "$config"
        fi
        rm -rf -- "$pki"
        if [ -e "$kept/pki" ]; then cp -a -- "$kept/pki" "$pki"; fi
        rm -rf -- "$kept"
        if [ ! -e "$config" ]; then
            list=${config%/*}/{{MemberFileScripts.MadeFolders}}
            if [ -r "$list" ]; then
                made=$(cat "$list")
                rm -f -- "$list"
                printf '%s\n' "$made" | sort -r | while IFS= read -r folder; do rmdir -- "$folder" 2>/dev/null || true; done
            fi
        fi
        """;

    private string[] Places =>
        [member.Layout.ConfigDirectory + Mark, member.Layout.ConfigFile, member.Layout.PkiDirectory, member.Unit ?? ""];

    /// <summary>Keeps them.</summary>
    public Task KeepAsync(CancellationToken cancellationToken) => RunAsync("keep the present files", KeepScript, Places, cancellationToken);

    /// <summary>Puts them back, with the unit enabled as it was. Data that the new member has made meanwhile goes aside. The member is stopped by now.</summary>
    public Task PutBackAsync(string stamp, CancellationToken cancellationToken) => RunAsync(
        "put the former files back", PutBackScript, [.. Places, member.Layout.DataDirectory, member.WalPath ?? "", stamp], cancellationToken);

    /// <summary>Removes what was kept.</summary>
    public Task ForgetAsync(CancellationToken cancellationToken) =>
        RunAsync("remove the files that were kept", "rm -rf -- \"$1\"\n", Places[..1], cancellationToken);

    private Task RunAsync(string action, string script, string[] arguments, CancellationToken cancellationToken) =>
        context.HostOf(member).RunRequiredAsync($"{action} of member {member.Name}", new HostScript(script) { Arguments = arguments }, cancellationToken);
}
