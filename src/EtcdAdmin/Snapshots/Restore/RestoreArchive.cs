using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment;

namespace EtcdAdmin.Snapshots;

/// <summary>Where restores put the data that a member had before.</summary>
/// <param name="Member">The member.</param>
/// <param name="Stamp">The time of the restore, which is part of the names.</param>
internal sealed record RestoreArchive(MemberSpec Member, string Stamp)
{
    /// <summary>What the names have before the time.</summary>
    public const string Mark = "before-restore";

    private const int Fields = 6;

    /// <summary>Whether the member has left the cluster, so that only its data is left.</summary>
    public bool Retired { get; init; }

    /// <summary>Whether the configuration that belongs to the data is put with it.</summary>
    public bool KeepsConfiguration { get; init; }

    /// <summary>
    /// The folder within the kept data that has the configuration, and of a member that left also certificates and keys; its unit lies
    /// beside its place with this behind its name. Data that somebody brought back by hand may still hold that of an earlier restore, so it is known by its time.
    /// </summary>
    public string Files => $"member-files-{Stamp}";

    /// <summary>Where that configuration is put.</summary>
    public string Configuration => $"{Data}/{Files}/{ConfigName}";

    /// <summary>Where the data folder goes.</summary>
    public string Data => Aside(Member.Layout.DataDirectory);

    /// <summary>Where a write-ahead log with a folder of its own goes; null where it has none.</summary>
    public string? Wal => Member.WalPath is { } wal ? Aside(wal) : null;

    /// <summary>Reads what <see cref="RestoreScripts.Describe"/> tells.</summary>
    /// <param name="archives">What it was asked about, in that order.</param>
    /// <param name="output">What it printed.</param>
    public static IEnumerable<EtcdRestoreBackup> Parse(IReadOnlyList<RestoreArchive> archives, string output) =>
        from line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        let fields = line.Split('\t')
        where fields.Length == Fields
        select archives[Number(fields[0])].Describe(fields[1], long.Parse(fields[2], CultureInfo.InvariantCulture), fields[3], hasLog: fields[4] == "yes", hasFiles: fields[5] == "yes");

    private string Aside(string folder) => $"{folder}.{(Retired ? RetiredMember.Mark : Mark)}-{Stamp}";

    private EtcdRestoreBackup Describe(string behind, long size, string sha256, bool hasLog, bool hasFiles) => new()
    {
        HostName = Member.HostName,
        Member = Member.Name,
        Path = Data + behind,
        WalPath = hasLog ? Wal + behind : null,
        Sha256 = sha256,
        Size = size,
        RestoreCommand = Command(behind, hasLog, hasFiles || (KeepsConfiguration && behind.Length == 0)),
    };

    private string ConfigName => Member.Layout.ConfigFile[(Member.Layout.ConfigDirectory.Length + 1)..];

    /// <summary>One line that can be run again after it was broken off anywhere: each of its moves is passed over where it is done.</summary>
    private string Command(string behind, bool hasLog, bool hasFiles)
    {
        string data = Data + behind;
        string? wal = hasLog ? Wal + behind : null;
        string files = hasFiles ? $" && {(Retired ? FilesBack() : ConfigBack())}" : "";
        if (Retired) return Rejoin(data, wal) + files + (hasFiles && Member.Unit is { } removed ? $" && {Enable(removed)}" : "");
        string present = $".restored-{Stamp}{behind}";
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

    private string Kept(string file) => $"{Member.Layout.DataDirectory}/{Files}/{file}".TrimEnd('/');

    private string Unit(string name) => $"{SystemdUnit.Path(name)}.{Files}";

    private static string Enable(string unit) => $"systemctl daemon-reload && systemctl --quiet enable {PosixShell.Quote(unit)} && {Start(unit)}";

    private static string Start(string unit) => $"systemctl start --no-block {PosixShell.Quote(unit)}";

    private static string Unless(string condition, string refusal) =>
        $"{{ {condition} || {{ echo {PosixShell.Quote(refusal)} >&2; false; }}; }}";

    /// <summary>What is there goes aside, once, and what was kept in its place; what is aside tells a broken command that it had begun.</summary>
    private static string Swap(string place, string kept, string present)
    {
        string to = PosixShell.Quote(place), aside = PosixShell.Quote(place + present);
        return Once(kept, $"{{ [ -e {aside} ] || {{ mkdir -p -- {to} && mv -T -- {to} {aside}; }}; }} && mv -T -- {PosixShell.Quote(kept)} {to}");
    }

    // -T: never into a folder that is there, which a plain mv would do.
    private static string Back(string place, string kept) => Once(kept, $"mv -T -- {PosixShell.Quote(kept)} {PosixShell.Quote(place)}");

    /// <summary>Only while what is to be moved is still where it was kept.</summary>
    private static string Once(string kept, string moves) => $"{{ [ ! -e {PosixShell.Quote(kept)} ] || {{ {moves}; }}; }}";

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
