using System.Globalization;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>The files of a member's data, as its host lists them.</summary>
internal sealed record DataListing
{
    /// <summary>Its data folder; where an earlier attempt moved it, that place.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The folder of its log.</summary>
    public string WalDirectory { get; init; } = "";

    /// <summary>What its data folder takes, and what is free beside it.</summary>
    public FolderSpace Space { get; init; } = new(0, 0, "");

    /// <summary>The same for a log that has a folder of its own; null where it has none.</summary>
    public FolderSpace? LogSpace { get; init; }

    /// <summary>Whether an earlier attempt has put the whole data, or a whole copy of it, aside.</summary>
    public bool IsKept { get; init; }

    /// <summary>Whether the host has gzip.</summary>
    public bool CanPack { get; init; }

    /// <summary>Its database; null where there is none.</summary>
    public DataFile? Database { get; init; }

    /// <summary>Those of its log.</summary>
    public IReadOnlyList<DataFile> Segments { get; init; } = [];

    /// <summary>What cannot be looked at, and why.</summary>
    public IReadOnlyList<string> Blocked { get; init; } = [];

    /// <summary>The files that processes have locked.</summary>
    public IReadOnlyList<HeldFile> Held { get; init; } = [];

    /// <summary>By the host's clock, to the second.</summary>
    public DateTimeOffset ListedAt { get; init; }

    /// <summary>Whether every later write shows in a later time: the second of the last one is over.</summary>
    public bool IsSettled => Segments.Append<DataFile?>(Database).All(file => file is null || file.Modified < ListedAt);

    /// <summary>Equal listings are of data that has not changed.</summary>
    public bool IsSame(DataListing other) =>
        DataDirectory == other.DataDirectory && Database == other.Database && Segments.SequenceEqual(other.Segments);

    /// <summary>Lists them.</summary>
    /// <param name="host">The member's host.</param>
    /// <param name="member">The member.</param>
    /// <param name="begun">A repair that was begun before and may have moved them; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EtcdException">What is wrong with the host.</exception>
    public static async Task<DataListing> ReadAsync(IHost host, MemberSpec member, ClusterRecovery? begun, CancellationToken cancellationToken)
    {
        RecoveryPaths? earlier = begun is null ? null : new RecoveryPaths(member, begun.Stamp);
        var script = new HostScript(RecoveryScripts.List)
        {
            Arguments = [member.Layout.DataDirectory, member.WalPath ?? "", earlier?.Data ?? "", earlier?.Wal ?? ""],
        };
        string output = await host.RunRequiredAsync($"look at the data of member {member.Name}", script, cancellationToken).ConfigureAwait(false);
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

    /// <summary>A time as hosts tell it.</summary>
    internal static DateTimeOffset Time(string seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, NumberStyles.None, CultureInfo.InvariantCulture));
}

/// <summary>A file on a host.</summary>
/// <param name="Path">Full path there.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Modified">When it was last written, to the second.</param>
internal sealed record DataFile(string Path, long Size, DateTimeOffset Modified)
{
    /// <summary>From size, time and path.</summary>
    public static DataFile Parse(string text)
    {
        string[] parts = text.Split(' ', 3);
        return new DataFile(parts[2], long.Parse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture), DataListing.Time(parts[1]));
    }
}

/// <summary>A file that a process has locked.</summary>
/// <param name="ProcessId">The process.</param>
/// <param name="Path">The file.</param>
/// <param name="Command">What the process was started as.</param>
internal sealed record HeldFile(string ProcessId, string Path, string Command)
{
    /// <summary>From process and path, a tab, and the command.</summary>
    public static HeldFile Parse(string text)
    {
        string[] parts = text.Split('\t', 2);
        string[] place = parts[0].Split(' ', 2);
        return new HeldFile(place[0], place[1], parts[^1].Trim());
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Path} is locked by process {ProcessId} ({Command})";
}

/// <summary>What a folder takes, and what is free beside it.</summary>
/// <param name="FreeBytes">Free where it is.</param>
/// <param name="UsedBytes">What it holds; 0 where it is missing.</param>
/// <param name="FileSystem">Tells whether another folder shares that space.</param>
internal sealed record FolderSpace(long FreeBytes, long UsedBytes, string FileSystem)
{
    /// <summary>From free and used KB, and the file system.</summary>
    public static FolderSpace Parse(string text)
    {
        string[] parts = text.Split(' ', 3);
        return new FolderSpace(Kilobytes(parts[0]), Kilobytes(parts[1]), parts[2]);
    }

    private static long Kilobytes(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) << 10;
}
