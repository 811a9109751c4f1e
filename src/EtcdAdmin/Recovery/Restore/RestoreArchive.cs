using System.Globalization;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Recovery.Tools;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>Where restores keep the old data of a member.</summary>
/// <param name="Member">The member.</param>
/// <param name="Stamp">The time of the restore, which is part of the folder names.</param>
internal sealed record RestoreArchive(MemberSpec Member, string Stamp)
{
    /// <summary>The part of the names before the time.</summary>
    public const string Mark = "before-restore";

    /// <summary>The mark that <see cref="RollBackScript"/> gives the present data, before the time.</summary>
    public const string RestoredMark = "restored";

    private const int Fields = 6;

    /// <summary>The cluster's name.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>Whether the member has left the cluster, so that only its data is left.</summary>
    public bool Retired { get; init; }

    /// <summary>Whether the configuration is kept with the data.</summary>
    public bool KeepsConfiguration { get; init; }

    /// <summary>
    /// The folder in the kept data that holds the configuration, and for a member that left also certificates and keys. The member's unit is
    /// kept beside the unit file, with this name as suffix. The time tells it from the files of an earlier restore in data moved back by hand.
    /// </summary>
    public string Files => $"member-files-{Stamp}";

    /// <summary>The path of the kept configuration.</summary>
    public string Configuration => $"{Data}/{Files}/{Member.Layout.ConfigFile[(Member.Layout.ConfigDirectory.Length + 1)..]}";

    /// <summary>The path of the kept data folder.</summary>
    public string Data => Aside(Member.Layout.DataDirectory);

    /// <summary>The path of a kept write-ahead log with a folder of its own; null if it has none.</summary>
    public string? Wal => Member.WalPath is { } wal ? Aside(wal) : null;

    /// <summary>Reads the output of <see cref="RestoreScripts.Describe"/>.</summary>
    /// <param name="archives">The places that the script was given, in that order.</param>
    /// <param name="output">Its output.</param>
    public static IEnumerable<EtcdRestoreBackup> Parse(IReadOnlyList<RestoreArchive> archives, string output) =>
        from line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        let fields = line.Split('\t')
        where fields.Length == Fields
        select archives[Number(fields[0])].Describe(
            fields[1], long.Parse(fields[2], CultureInfo.InvariantCulture), fields[3], hasLog: fields[4] == "yes", hasFiles: fields[5] == "yes");

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
