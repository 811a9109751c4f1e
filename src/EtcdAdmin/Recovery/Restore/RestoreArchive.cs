using System.Globalization;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Recovery.Tools;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>Where restores put the data that a member had before.</summary>
/// <param name="Member">The member.</param>
/// <param name="Stamp">The time of the restore, which is part of the names.</param>
internal sealed record RestoreArchive(MemberSpec Member, string Stamp)
{
    /// <summary>What the names have before the time.</summary>
    public const string Mark = "before-restore";

    /// <summary>What the present data is marked with by <see cref="RollBackScript"/>, before the time.</summary>
    public const string RestoredMark = "restored";

    private const int Fields = 6;

    /// <summary>The cluster's name.</summary>
    public string Cluster { get; init; } = "";

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
    public string Configuration => $"{Data}/{Files}/{Member.Layout.ConfigFile[(Member.Layout.ConfigDirectory.Length + 1)..]}";

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
        RollBackScript = new RollBackScript(this, Cluster).PathOf(behind),
        RollBackCommand = new RollBackScript(this, Cluster).Command(behind, hasLog, hasFiles || (KeepsConfiguration && behind.Length == 0)),
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Member.HostName}:{Data}";

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
