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

    private const int Fields = 5;

    /// <summary>Whether the member has left the cluster, so that only its data is left.</summary>
    public bool Retired { get; init; }

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
        select archives[Number(fields[0])].Describe(fields[1], long.Parse(fields[2], CultureInfo.InvariantCulture), fields[3], hasLog: fields[4] == "yes");

    private string Aside(string folder) => $"{folder}.{(Retired ? RetiredMember.Mark : Mark)}-{Stamp}";

    private EtcdRestoreBackup Describe(string behind, long size, string sha256, bool hasLog) => new()
    {
        HostName = Member.HostName,
        Member = Member.Name,
        Path = Data + behind,
        WalPath = hasLog ? Wal + behind : null,
        Sha256 = sha256,
        Size = size,
        RestoreCommand = Command(Data + behind, hasLog ? Wal + behind : null),
    };

    private string Command(string data, string? wal)
    {
        if (Retired) return Back(Member.Layout.DataDirectory, data) + (wal is null ? "" : $" && {Back(Member.WalPath!, wal)}"); // as below
        string swap = Swap(Member.Layout.DataDirectory, data);
        if (wal is not null) swap = $"{Swap(Member.WalPath!, wal)} && {swap}"; // it has one where its old one was kept
        if (Member.Unit is { } unit)
            return $"systemctl stop {PosixShell.Quote(unit)} && {swap} && systemctl start --no-block {PosixShell.Quote(unit)}";
        // bbolt holds this lock on the database of a member that runs (bolt_unix.go, flock).
        string stopped = $"flock --nonblock {PosixShell.Quote(Member.Layout.DataDirectory + "/member/snap/db")} true";
        string running = $"echo {PosixShell.Quote($"member {Member.Name} runs: stop it first")} >&2; false";
        return $"{{ {stopped} || {{ {running}; }}; }} && {swap}";
    }

    // Never into a folder that is there, which a plain mv would do.
    private string Swap(string place, string kept) =>
        $"mv -T -- {PosixShell.Quote(place)} {PosixShell.Quote($"{place}.restored-{Stamp}")} && {Back(place, kept)}";

    private static string Back(string place, string kept) => $"mv -T -- {PosixShell.Quote(kept)} {PosixShell.Quote(place)}";

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
