using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Clusters.Services;

/// <summary>Keeps a member that has joined its cluster from being started without its data, whoever starts it.</summary>
internal static class MemberDataCheck
{
    // No tool that the scripts run ends with these.
    private const int MissingCode = 44;

    /// <summary>What <see cref="Functions"/> end a script with where something cannot be looked at; the reason is on standard error.</summary>
    public const int UnreadableCode = 45;

    /// <summary>
    /// Defines <c>require_data DATABASE WAL-FOLDER</c>, which ends the script where one of them is missing. etcd takes a member without a
    /// <c>*.wal</c> file for a new one (<c>wal.Exist</c> in server/storage/wal/util.go), and makes an empty database where there is none.
    /// </summary>
    /// <remarks>What cannot be looked at is not missing: the test of a path that may not be reached fails, too.</remarks>
    public const string Functions = """
        is_there() { # path
            if [ -e "$1" ]; then return 0; fi
            said=$(LC_ALL=C ls -dL -- "$1" 2>&1 >/dev/null) || case $said in *'No such file or directory'*) return 1 ;; esac
            echo "${said:-$1 cannot be read}" >&2
            exit 45
        }
        has_log() { # folder
            is_there "$1" || return 1
            if ! names=$(LC_ALL=C ls -- "$1" 2>&1); then
                echo "$names" >&2
                exit 45
            fi
            case "$names
        " in *'.wal
        '*) return 0 ;; *) return 1 ;; esac
        }
        require_data() { # database, folder of the write-ahead log
            if is_there "$1"; then database=yes; else database=no; fi
            if has_log "$2"; then log=yes; else log=no; fi
            case $database-$log in
                yes-yes) return 0 ;;
                yes-no) echo log >&2 ;;
                no-yes) echo database >&2 ;;
                *) echo data >&2 ;;
            esac
            exit 44
        }

        """;

    private const string RequireScript = Functions + """
        require_data "$1" "$2"
        """;

    /// <summary>What <c>require_data</c> is given.</summary>
    public static string[] Arguments(MemberSpec member) => [member.DatabaseFile, member.WalFolder];

    /// <summary>Refuses to stop a member that could not be started again. One that does not run is left to its start.</summary>
    /// <exception cref="EtcdException">MemberDataLost; MemberDataUnreadable.</exception>
    public static async Task RequireBeforeStopAsync(AdminContext context, MemberSpec member, CancellationToken cancellationToken)
    {
        if (!(await context.ServiceOf(member).GetStateAsync(member, cancellationToken).ConfigureAwait(false)).IsRunning) return;
        await RunAsync(context.HostOf(member), member, new HostScript(RequireScript) { Arguments = Arguments(member) }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs a script that starts a member and may refuse to.</summary>
    /// <exception cref="EtcdException">MemberDataLost; MemberDataUnreadable; HostCommandFailed.</exception>
    public static async Task RunAsync(IHost host, MemberSpec member, HostScript script, CancellationToken cancellationToken)
    {
        ScriptResult result = await host.RunAsync(script, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode == 0) return;
        throw result.ExitCode switch
        {
            MissingCode => Lost(member, result.Error.Trim()),
            UnreadableCode => Unreadable(member, result.Error.Trim()),
            _ => new HostCommandException(host.Name, $"start member {member.Name}", result),
        };
    }

    /// <summary>The refusal to start a member without its data.</summary>
    /// <param name="member">The member.</param>
    /// <param name="missing"><c>log</c> or <c>database</c> where only that is missing.</param>
    public static EtcdException Lost(MemberSpec member, string missing = "data") => new(
        EtcdErrorIds.MemberDataLost,
        missing switch
        {
            "log" => $"Member {member.Name} has a database but no write-ahead log in {member.WalFolder} on {member.HostName}",
            "database" => $"Member {member.Name} has a write-ahead log but no database {member.DatabaseFile} on {member.HostName}",
            _ => $"Member {member.Name} has no data in {member.Layout.DataDirectory} on {member.HostName}",
        } + " although the cluster was installed before. Starting it without could lose writes that it had confirmed.")
    {
        Target = member.Name,
        NextStep = (member.Volume is { } volume ? $"See whether {volume.Device} is mounted at {volume.MountPoint} ('systemctl start {volume.MountUnit}' mounts it). " : "See whether a file system is not mounted or a folder was moved. ")
            + "Bring the data back, re-create the member from the others with Repair-EtcdMember (after an interrupted Add-EtcdMember run that again), or restore the whole cluster with Restore-EtcdSnapshot.",
    };

    private static EtcdException Unreadable(MemberSpec member, string reason) => new(
        EtcdErrorIds.MemberDataUnreadable,
        $"Member {member.Name} was not started: whether its data on {member.HostName} is complete cannot be seen: {reason.TrimEnd('.')}.")
    {
        Target = member.Name,
        NextStep = "Make the path readable (its mode, its owner, its file system), then start the member again.",
    };
}
