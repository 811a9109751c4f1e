using System.Globalization;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>The files of a member's data, as its host lists them.</summary>
internal sealed record DataListing
{
    /// <summary>Its data folder, or where an earlier attempt moved it.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The folder of its log.</summary>
    public string WalDirectory { get; init; } = "";

    /// <summary>The size of its data folder, and the free space beside it.</summary>
    public FolderSpace Space { get; init; } = new(0, 0, "");

    /// <summary>The same for a log with a folder of its own; null if it has none.</summary>
    public FolderSpace? LogSpace { get; init; }

    /// <summary>Whether an earlier attempt moved the complete data aside, or a complete copy of it.</summary>
    public bool IsKept { get; init; }

    /// <summary>Whether the host has gzip.</summary>
    public bool CanPack { get; init; }

    /// <summary>Its database; null if there is none.</summary>
    public DataFile? Database { get; init; }

    /// <summary>The segments of its log.</summary>
    public IReadOnlyList<DataFile> Segments { get; init; } = [];

    /// <summary>What cannot be read, and why; null for nothing.</summary>
    public IReadOnlyList<string> Blocked { get; init; } = [];

    /// <summary>The files that processes have locked.</summary>
    public IReadOnlyList<HeldFile> Held { get; init; } = [];

    /// <summary>The time of the listing by the host's clock, to the second.</summary>
    public DateTimeOffset ListedAt { get; init; }

    /// <summary>Whether every later write will show a later time: the second of the last write is over.</summary>
    public bool IsSettled => Segments.Append<DataFile?>(Database).All(file => file is null || file.Modified < ListedAt);

    /// <summary>Whether the data is unchanged between two listings.</summary>
    public bool IsSame(DataListing other) =>
        DataDirectory == other.DataDirectory && Database == other.Database && Segments.SequenceEqual(other.Segments);

    /// <summary>Lists the files.</summary>
    /// <param name="host">The member's host.</param>
    /// <param name="member">The member.</param>
    /// <param name="begun">An interrupted repair that may have moved them; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EtcdException">The host's error.</exception>
    public static async Task<DataListing> ReadAsync(IHost host, MemberSpec member, ClusterRecovery? begun, CancellationToken cancellationToken)
    {
        RecoveryPaths? earlier = begun is null ? null : new RecoveryPaths(member, begun.Stamp);
        var script = new HostScript(RecoveryScripts.List)
        {
            Arguments = [member.Layout.DataDirectory, member.WalPath ?? "", earlier?.Data ?? "", earlier?.Wal ?? ""],
        };
        string output = await host.RunRequiredAsync($"list the data of member {member.Name}", script, cancellationToken).ConfigureAwait(false);
        var listing = new DataListing { DataDirectory = member.Layout.DataDirectory };
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            listing = line.Split(' ', 2) switch
            {
                ["now", var seconds] => listing with { ListedAt = Time(seconds) },
                ["data", var path] => listing with { DataDirectory = path },
                ["wal", var path] => listing with { WalDirectory = path },
                ["kept"] => listing with { IsKept = true },
                ["gzip"] => listing with { CanPack = true },
                ["space", var space] => listing with { Space = FolderSpace.Parse(space) },
                ["logspace", var space] => listing with { LogSpace = FolderSpace.Parse(space) },
                ["blocked", var why] => listing with { Blocked = [.. listing.Blocked, why.Trim()] },
                ["held", var held] => listing with { Held = [.. listing.Held, HeldFile.Parse(held)] },
                ["db", var file] => listing with { Database = DataFile.Parse(file) },
                ["segment", var file] => listing with { Segments = [.. listing.Segments, DataFile.Parse(file)] },
                _ => listing,
            };
        }

        return listing;
    }

    /// <summary>Reads a time as hosts print it.</summary>
    internal static DateTimeOffset Time(string seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, NumberStyles.None, CultureInfo.InvariantCulture));
}

/// <summary>A file on a host.</summary>
/// <param name="Path">Its full path on the host.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Modified">The time of its last write, to the second.</param>
internal sealed record DataFile(string Path, long Size, DateTimeOffset Modified)
{
    /// <summary>Reads size, time and path.</summary>
    public static DataFile Parse(string text)
    {
        string[] parts = text.Split(' ', 3);
        return new DataFile(parts[2], long.Parse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture), DataListing.Time(parts[1]));
    }
}

/// <summary>A file that a process has locked.</summary>
/// <param name="ProcessId">The process id.</param>
/// <param name="Path">The file.</param>
/// <param name="Command">The command line of the process.</param>
internal sealed record HeldFile(string ProcessId, string Path, string Command)
{
    /// <summary>Reads process id, path, a tab, and the command.</summary>
    public static HeldFile Parse(string text)
    {
        string[] parts = text.Split('\t', 2);
        string[] place = parts[0].Split(' ', 2);
        return new HeldFile(place[0], place[1], parts[^1].Trim());
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Path} is locked by process {ProcessId} ({Command})";
}

/// <summary>The size of a folder, and the free space beside it.</summary>
/// <param name="FreeBytes">Free bytes on its file system.</param>
/// <param name="UsedBytes">Its size in bytes; 0 if it is missing.</param>
/// <param name="FileSystem">Its file system, which shows whether another folder shares the space.</param>
internal sealed record FolderSpace(long FreeBytes, long UsedBytes, string FileSystem)
{
    /// <summary>Reads free and used KB, and the file system.</summary>
    public static FolderSpace Parse(string text)
    {
        string[] parts = text.Split(' ', 3);
        return new FolderSpace(Kilobytes(parts[0]), Kilobytes(parts[1]), parts[2]);
    }

    private static long Kilobytes(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) << 10;
}
