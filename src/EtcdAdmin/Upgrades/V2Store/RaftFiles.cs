using System.Globalization;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database.V2Store;
using EtcdAdmin.Database.Wal;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Upgrades.V2Store;

/// <summary>A file of a member's raft data.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Size">Its size in bytes.</param>
internal sealed record RaftFile(string Name, long Size);

/// <summary>The raft snapshots and the log of a member, as its host lists them.</summary>
internal sealed record RaftFiles
{
    /// <summary>The folder of the raft snapshots.</summary>
    public required string SnapFolder { get; init; }

    /// <summary>The folder of the log.</summary>
    public required string WalFolder { get; init; }

    /// <summary>Whether the host has gzip.</summary>
    public bool CanPack { get; init; }

    /// <summary>The raft snapshots, the newest first.</summary>
    public IReadOnlyList<RaftFile> Snapshots { get; init; } = [];

    /// <summary>The segments of the log, in their order.</summary>
    public IReadOnlyList<RaftFile> Segments { get; init; } = [];

    /// <summary>What cannot be read, and why.</summary>
    public IReadOnlyList<string> Blocked { get; init; } = [];

    /// <summary>Lists the files.</summary>
    /// <param name="host">The member's host.</param>
    /// <param name="member">The member.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EtcdException">The host's error.</exception>
    public static async Task<RaftFiles> ListAsync(IHost host, MemberSpec member, CancellationToken cancellationToken)
    {
        string snap = member.Layout.DataDirectory + "/member/snap";
        var script = new HostScript(V2Scripts.List) { Arguments = [snap, member.WalFolder] };
        string output = await host.RunRequiredAsync($"list the raft files of member {member.Name}", script, cancellationToken).ConfigureAwait(false);
        return Parse(output, snap, member.WalFolder);
    }

    /// <summary>The segments from the one that contains the entry after an index.</summary>
    public IReadOnlyList<RaftFile> SegmentsFrom(ulong index)
    {
        int first = 0;
        for (int i = 0; i < Segments.Count; i++)
        {
            if (WalSegmentName.Parse(Segments[i].Name)!.Value.FirstIndex <= index) first = i; // not null: others are not in the list
        }

        return [.. Segments.Skip(first)];
    }

    private static RaftFiles Parse(string output, string snapFolder, string walFolder)
    {
        var snapshots = new List<RaftFile>();
        var segments = new List<RaftFile>();
        var blocked = new List<string>();
        bool canPack = false;
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (line.Split(' ', 3))
            {
                case ["gzip"]: canPack = true; break;
                case ["blocked", ..]: blocked.Add(line["blocked ".Length..].Trim()); break;
                case ["snap", var size, var name] when RaftSnapshotName.Parse(name) is not null: snapshots.Add(File(name, size)); break;
                case ["segment", var size, var name] when WalSegmentName.Parse(name) is not null: segments.Add(File(name, size)); break;
            }
        }

        return new RaftFiles
        {
            SnapFolder = snapFolder,
            WalFolder = walFolder,
            CanPack = canPack,
            Snapshots = [.. snapshots.OrderByDescending(file => file.Name, StringComparer.Ordinal)],
            Segments = [.. segments.OrderBy(file => file.Name, StringComparer.Ordinal)],
            Blocked = blocked,
        };
    }

    private static RaftFile File(string name, string size) => new(name, long.Parse(size, NumberStyles.None, CultureInfo.InvariantCulture));
}
