using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Text;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>
/// A shell script on a member's host that rolls a restore back on that host alone if PowerShell is not available. It stops the member, moves the
/// present data aside, puts the kept data and configuration in place, and starts the member. Being a file, it needs no pasting.
/// </summary>
/// <param name="archive">Where the restore keeps the data.</param>
/// <param name="cluster">The cluster's name.</param>
internal sealed class RollBackScript(RestoreArchive archive, string cluster)
{
    /// <summary>The folder for scripts that root runs. Only root may write there, unlike in the folder of the data.</summary>
    public const string Folder = "/var/lib/etcdadmin";

    private MemberSpec Member => archive.Member;

    /// <summary>The path of the script.</summary>
    /// <param name="behind">The suffix of the kept folders' names.</param>
    public string PathOf(string behind)
    {
        string name = $"roll-back-restore-{archive.Stamp}{behind}.sh";
        return Member.Unit is null ? $"{Member.Directory}/{name}" : $"{Folder}/{cluster}/{Member.Name}/{name}";
    }

    /// <summary>Writes the script; only its owner, root on a host, may read it.</summary>
    public static Task WriteAsync(IHost host, EtcdRestoreBackup backup, CancellationToken cancellationToken)
    {
        string text = $"""
            #!/bin/sh
            # Written by EtcdAdmin. Rolls back, on this host alone, the restore that put the data of member {backup.Member} into
            # {TerminalText.Line(backup.Path)}
            # Run it on every host of the cluster: members with old and new data do not work together. It can be run again.
            # With PowerShell use Undo-EtcdRestore instead: it checks, proves and brings the profile back as well.
            umask 077
            {backup.RollBackCommand}

            """;
        return host.PutFilesAsync(
            $"write the script that rolls back member {backup.Member}",
                [new HostFile(backup.RollBackScript, HostFileContent.FromText(text), AtomicFile.OwnerOnly)], cancellationToken);
    }

    private string ConfigName => Member.Layout.ConfigFile[(Member.Layout.ConfigDirectory.Length + 1)..];

    /// <summary>The script's command: one line that can be run again after an interruption, because each finished move is skipped.</summary>
    /// <param name="behind">The suffix of the kept folders' names.</param>
    /// <param name="hasLog">Whether a write-ahead log was kept in a folder of its own.</param>
    /// <param name="hasFiles">Whether files are kept with the data.</param>
    public string Command(string behind, bool hasLog, bool hasFiles)
    {
        string data = archive.Data + behind;
        string? wal = hasLog ? archive.Wal + behind : null;
        string files = hasFiles ? $" && {(archive.Retired ? FilesBack() : ConfigBack())}" : "";
        if (archive.Retired) return Rejoin(data, wal) + files + (hasFiles && Member.Unit is { } removed ? $" && {Enable(removed)}" : "");
        string present = $".{RestoreArchive.RestoredMark}-{archive.Stamp}{behind}";
        string swap = Swap(Member.Layout.DataDirectory, data, present);
        if (wal is not null) swap = $"{Swap(Member.WalPath!, wal, present)} && {swap}"; // a kept log has a member with a log folder
        string known = Unless(
            $"[ -e {PosixShell.Quote(data)} ] || [ -e {PosixShell.Quote(Member.Layout.DataDirectory + present)} ]",
            $"the old data of member {Member.Name} is no longer in {data}: it was rolled back already, moved or deleted");
        if (Member.Unit is { } unit) return $"{known} && systemctl stop {PosixShell.Quote(unit)} && {swap}{files} && {Start(unit)}";
        // bbolt holds this lock on the database of a running member (bolt_unix.go, flock).
        string database = PosixShell.Quote(Member.Layout.DataDirectory + "/member/snap/db");
        return $"{known} && {Unless($"[ ! -e {database} ] || flock --nonblock {database} true", $"member {Member.Name} runs: stop it first")} && "
            + $"{swap}{files}";
    }

    /// <summary>Puts back the data of a member that left. If the member was added again, it must be removed first.</summary>
    private string Rejoin(string data, string? wal)
    {
        string member = PosixShell.Quote(Member.Layout.DataDirectory + "/member");
        string known =
            Unless($"[ -e {PosixShell.Quote(data)} ] || [ -e {member} ]",
            $"the old data of member {Member.Name} is no longer in {data}: it was rolled back already, moved or deleted");
        string isFree = $"[ ! -e {PosixShell.Quote(data)} ] || [ ! -e {member} ]";
        string back = Back(Member.Layout.DataDirectory, data);
        if (wal is not null) back = $"{Back(Member.WalPath!, wal)} && {back}"; // a kept log has a member with a log folder
        return $"{known} && {Unless(isFree, $"member {Member.Name} has data again: remove it first (Remove-EtcdMember)")} && {back}";
    }

    /// <summary>Moves the files that came back with the data of a member that left to their places.</summary>
    private string FilesBack()
    {
        string owner = Member.User is { } user ? $" -o {PosixShell.Quote(user)} -g {PosixShell.Quote(user)}" : "";
        string unit = Member.Unit is { } name
            ? $"{Once(Unit(name), $"mv -f -- {PosixShell.Quote(Unit(name))} {PosixShell.Quote(SystemdUnit.Path(name))}")} && "
            : "";
        return $"install -d -m 0700{owner} -- {PosixShell.Quote(Member.Layout.ConfigDirectory)}"
            + $" && {Back(Member.Layout.PkiDirectory, Kept("pki"))} && {unit}{ConfigBack()}";
    }

    private string ConfigBack() =>
        $"{Once(Kept(ConfigName), $"mv -f -- {PosixShell.Quote(Kept(ConfigName))} {PosixShell.Quote(Member.Layout.ConfigFile)}")} && {{ rmdir -- "
            + $"{PosixShell.Quote(Kept(""))} 2>/dev/null || :; }}";

    private string Kept(string file) => $"{Member.Layout.DataDirectory}/{archive.Files}/{file}".TrimEnd('/');

    private string Unit(string name) => $"{SystemdUnit.Path(name)}.{archive.Files}";

    private static string Enable(string unit) => $"systemctl daemon-reload && systemctl --quiet enable {PosixShell.Quote(unit)} && {Start(unit)}";

    private static string Start(string unit) => $"systemctl start --no-block {PosixShell.Quote(unit)}";

    private static string Unless(string condition, string refusal) =>
        $"{{ {condition} || {{ echo {PosixShell.Quote(refusal)} >&2; false; }}; }}";

    /// <summary>
    /// Moves the present folder aside, once, and the kept folder in its place. The folder aside shows a rerun that the move had begun.
    /// </summary>
    private static string Swap(string place, string kept, string present)
    {
        string to = PosixShell.Quote(place), aside = PosixShell.Quote(place + present);
        return Once(kept, $"{{ [ -e {aside} ] || {{ mkdir -p -- {to} && mv -T -- {to} {aside}; }}; }} && mv -T -- {PosixShell.Quote(kept)} {to}");
    }

    // -T: a plain mv would move into an existing folder.
    private static string Back(string place, string kept) => Once(kept, $"mv -T -- {PosixShell.Quote(kept)} {PosixShell.Quote(place)}");

    /// <summary>Does the moves only while the kept folder is still there.</summary>
    private static string Once(string kept, string moves) => $"{{ [ ! -e {PosixShell.Quote(kept)} ] || {{ {moves}; }}; }}";
}
