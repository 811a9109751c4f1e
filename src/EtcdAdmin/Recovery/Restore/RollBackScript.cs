using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Text;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>
/// A shell script on a member's host that rolls a restore back on that host alone, for a day without PowerShell: it stops the member, puts the present data
/// aside and the kept data in its place, the configuration with it, and starts the member. It is run by its name, so nothing has to be pasted.
/// </summary>
/// <param name="archive">Where the restore put the data.</param>
/// <param name="cluster">The cluster's name.</param>
internal sealed class RollBackScript(RestoreArchive archive, string cluster)
{
    /// <summary>Where scripts are that root runs: nobody else may write there, as in the folder of the data somebody may.</summary>
    public const string Folder = "/var/lib/etcdadmin";

    private MemberSpec Member => archive.Member;

    /// <summary>The file.</summary>
    /// <param name="behind">What the kept folders have behind their name.</param>
    public string PathOf(string behind)
    {
        string name = $"roll-back-restore-{archive.Stamp}{behind}.sh";
        return Member.Unit is null ? $"{Member.Directory}/{name}" : $"{Folder}/{cluster}/{Member.Name}/{name}";
    }

    /// <summary>Writes the script of what was kept, readable only for its owner: root on a host.</summary>
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
            $"write the script that rolls back member {backup.Member}", [new HostFile(backup.RollBackScript, HostFileContent.FromText(text), AtomicFile.OwnerOnly)], cancellationToken);
    }

    private string ConfigName => Member.Layout.ConfigFile[(Member.Layout.ConfigDirectory.Length + 1)..];

    /// <summary>What the script does: one line that can be run again after it was broken off anywhere, as each of its moves is passed over where it is done.</summary>
    /// <param name="behind">What the kept folders have behind their name.</param>
    /// <param name="hasLog">Whether a write-ahead log was kept apart.</param>
    /// <param name="hasFiles">Whether files are kept with the data.</param>
    public string Command(string behind, bool hasLog, bool hasFiles)
    {
        string data = archive.Data + behind;
        string? wal = hasLog ? archive.Wal + behind : null;
        string files = hasFiles ? $" && {(archive.Retired ? FilesBack() : ConfigBack())}" : "";
        if (archive.Retired) return Rejoin(data, wal) + files + (hasFiles && Member.Unit is { } removed ? $" && {Enable(removed)}" : "");
        string present = $".{RestoreArchive.RestoredMark}-{archive.Stamp}{behind}";
        string swap = Swap(Member.Layout.DataDirectory, data, present);
        if (wal is not null) swap = $"{Swap(Member.WalPath!, wal, present)} && {swap}"; // it has one where its old one was kept
        string known = Unless(
            $"[ -e {PosixShell.Quote(data)} ] || [ -e {PosixShell.Quote(Member.Layout.DataDirectory + present)} ]",
            $"the old data of member {Member.Name} is no longer in {data}");
        if (Member.Unit is { } unit) return $"{known} && systemctl stop {PosixShell.Quote(unit)} && {swap}{files} && {Start(unit)}";
        // bbolt holds this lock on the database of a member that runs (bolt_unix.go, flock).
        string database = PosixShell.Quote(Member.Layout.DataDirectory + "/member/snap/db");
        return $"{known} && {Unless($"[ ! -e {database} ] || flock --nonblock {database} true", $"member {Member.Name} runs: stop it first")} && {swap}{files}";
    }

    /// <summary>The data of a member that left goes where none is; if it was added again meanwhile, that one has to go first.</summary>
    private string Rejoin(string data, string? wal)
    {
        string member = PosixShell.Quote(Member.Layout.DataDirectory + "/member");
        string known = Unless($"[ -e {PosixShell.Quote(data)} ] || [ -e {member} ]", $"the old data of member {Member.Name} is no longer in {data}");
        string isFree = $"[ ! -e {PosixShell.Quote(data)} ] || [ ! -e {member} ]";
        string back = Back(Member.Layout.DataDirectory, data);
        if (wal is not null) back = $"{Back(Member.WalPath!, wal)} && {back}"; // as above
        return $"{known} && {Unless(isFree, $"member {Member.Name} has data again: remove it first (Remove-EtcdMember)")} && {back}";
    }

    /// <summary>What came back with the data of a member that left goes where it was.</summary>
    private string FilesBack()
    {
        string owner = Member.User is { } user ? $" -o {PosixShell.Quote(user)} -g {PosixShell.Quote(user)}" : "";
        string unit = Member.Unit is { } name ? $"{Once(Unit(name), $"mv -f -- {PosixShell.Quote(Unit(name))} {PosixShell.Quote(SystemdUnit.Path(name))}")} && " : "";
        return $"install -d -m 0700{owner} -- {PosixShell.Quote(Member.Layout.ConfigDirectory)}"
            + $" && {Back(Member.Layout.PkiDirectory, Kept("pki"))} && {unit}{ConfigBack()}";
    }

    private string ConfigBack() =>
        $"{Once(Kept(ConfigName), $"mv -f -- {PosixShell.Quote(Kept(ConfigName))} {PosixShell.Quote(Member.Layout.ConfigFile)}")} && {{ rmdir -- {PosixShell.Quote(Kept(""))} 2>/dev/null || :; }}";

    private string Kept(string file) => $"{Member.Layout.DataDirectory}/{archive.Files}/{file}".TrimEnd('/');

    private string Unit(string name) => $"{SystemdUnit.Path(name)}.{archive.Files}";

    private static string Enable(string unit) => $"systemctl daemon-reload && systemctl --quiet enable {PosixShell.Quote(unit)} && {Start(unit)}";

    private static string Start(string unit) => $"systemctl start --no-block {PosixShell.Quote(unit)}";

    private static string Unless(string condition, string refusal) =>
        $"{{ {condition} || {{ echo {PosixShell.Quote(refusal)} >&2; false; }}; }}";

    /// <summary>What is there goes aside, once, and what was kept in its place; what is aside shows an interrupted command that it had begun.</summary>
    private static string Swap(string place, string kept, string present)
    {
        string to = PosixShell.Quote(place), aside = PosixShell.Quote(place + present);
        return Once(kept, $"{{ [ -e {aside} ] || {{ mkdir -p -- {to} && mv -T -- {to} {aside}; }}; }} && mv -T -- {PosixShell.Quote(kept)} {to}");
    }

    // -T: never into a folder that is there, which a plain mv would do.
    private static string Back(string place, string kept) => Once(kept, $"mv -T -- {PosixShell.Quote(kept)} {PosixShell.Quote(place)}");

    /// <summary>Only while what is to be moved is still where it was kept.</summary>
    private static string Once(string kept, string moves) => $"{{ [ ! -e {PosixShell.Quote(kept)} ] || {{ {moves}; }}; }}";
}
