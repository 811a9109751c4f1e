using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using EtcdAdmin.Client;

namespace EtcdAdmin.Snapshots;

/// <summary>What is noted beside a snapshot when it is taken: what the file itself does not tell, and what it should be.</summary>
internal sealed record SnapshotManifest
{
    private const string Extension = ".json";
    private const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Of this record; another one is not read.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>SHA-256 of the whole file, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Bytes of the file.</summary>
    public required long Size { get; init; }

    /// <summary>The hash of its contents, as etcd's tools print it.</summary>
    public required string Hash { get; init; }

    public required long Revision { get; init; }

    /// <summary>Null where a host took it by itself: etcd's tools do not tell.</summary>
    public long? CompactRevision { get; init; }

    /// <summary>Null where a host took it by itself and could not count.</summary>
    public long? TotalKeys { get; init; }

    public string? ClusterName { get; init; }

    /// <summary>Hexadecimal.</summary>
    public string? ClusterId { get; init; }

    public string? Member { get; init; }

    /// <summary>What the member ran.</summary>
    public string? EtcdVersion { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>The program and its version, who ran it, and where.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>The notes for a snapshot that has just been taken.</summary>
    public static SnapshotManifest Of(EtcdSnapshot snapshot) => new()
    {
        Sha256 = snapshot.Sha256,
        Size = snapshot.Size,
        Hash = snapshot.Hash.ToString("x", CultureInfo.InvariantCulture),
        Revision = snapshot.Revision,
        CompactRevision = snapshot.CompactRevision,
        TotalKeys = snapshot.TotalKeys,
        ClusterName = snapshot.ClusterName,
        ClusterId = snapshot.ClusterId?.ToString(),
        Member = snapshot.Member,
        EtcdVersion = snapshot.Version?.ToString(),
        Created = snapshot.Created,
        CreatedBy = $"EtcdAdmin {OwnVersion()}, {Environment.UserName}@{Environment.MachineName}",
    };

    /// <summary>Where the notes for a snapshot are.</summary>
    public static string PathFor(string snapshot) => snapshot + Extension;

    /// <summary>Puts them beside the snapshot, in place of what may be there.</summary>
    /// <exception cref="EtcdException">DiskFull, FileWriteFailed.</exception>
    public Task WriteAsync(string snapshot, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(PathFor(snapshot), JsonSerializer.SerializeToUtf8Bytes(this, Options), AtomicFile.OwnerOnly, cancellationToken);

    /// <summary>The notes beside a snapshot; null where there are none, or none that can be read.</summary>
    public static async Task<SnapshotManifest?> FindAsync(string snapshot, CancellationToken cancellationToken)
    {
        try
        {
            byte[] json = await File.ReadAllBytesAsync(PathFor(snapshot), cancellationToken).ConfigureAwait(false);
            return JsonSerializer.Deserialize<SnapshotManifest>(json, Options) is { Format: CurrentFormat } found ? found : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The snapshot with what is noted of it.</summary>
    public EtcdSnapshot Describe(SnapshotInfo contents) => new(contents, Created)
    {
        ClusterName = ClusterName,
        ClusterId = ulong.TryParse(ClusterId, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong id) ? new ClusterId(id) : null,
        Member = Member,
        Version = EtcdAdmin.EtcdVersion.TryParse(EtcdVersion, out EtcdVersion version) ? version : null,
    };

    private static string OwnVersion() =>
        typeof(SnapshotManifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";
}
