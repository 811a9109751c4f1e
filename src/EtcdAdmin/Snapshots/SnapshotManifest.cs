using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots.Formats;
using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots;

/// <summary>
/// The manifest of a snapshot, written beside it when it is taken: the data that the file does not contain, and checksums of the file.
/// </summary>
/// <remarks>
/// <para>
/// This is the definition of the format: a JSON object, UTF-8, one property per line, with names and order as here. Properties without
/// a known value are left out. Numbers are decimal. Hashes and ids are strings of lower-case hexadecimal digits; ids and <see
/// cref="Hash"/> have no leading zeros. Times are ISO 8601.
/// </para>
/// <para>
/// Only format 2 is written. Two programs write it: this one, and the script that a schedule puts on hosts
/// (<c>Schedules/Snapshots/snapshot-schedule.sh</c>). The script leaves out <see cref="CompactRevision"/>, because none of etcd's tools reports
/// it. A test compares what both write and read. Format 1 can still be read: it has no <see cref="Compression"/>, <see
/// cref="Encrypted"/> and <see cref="DatabaseSha256"/>, because it was for plain files only. Later formats are refused.
/// </para>
/// </remarks>
internal sealed record SnapshotManifest
{
    private const string Extension = ".json";
    private const int OldestFormat = 1;
    private const int CurrentFormat = 2;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The number of the format, 1 or 2.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>SHA-256 of the complete file as stored, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Bytes of the file.</summary>
    public required long Size { get; init; }

    /// <summary>How the file is compressed: <c>none</c>, <c>gzip</c>, <c>zip</c>, <c>tarGz</c>; null in format 1.</summary>
    public SnapshotCompression? Compression { get; init; }

    /// <summary>Whether the file is encrypted; null in format 1.</summary>
    public bool? Encrypted { get; init; }

    /// <summary>SHA-256 of the plain snapshot inside, lower-case hexadecimal; null in format 1.</summary>
    public string? DatabaseSha256 { get; init; }

    /// <summary>The hash of the snapshot, as etcd's tools print it.</summary>
    public required string Hash { get; init; }

    public required long Revision { get; init; }

    /// <summary>Null if it was not read: for a snapshot saved on a member's host.</summary>
    public long? CompactRevision { get; init; }

    /// <summary>Null if the keys could not be counted.</summary>
    public long? TotalKeys { get; init; }

    /// <summary>
    /// Without terminal control characters, because every user with write access to the folder can change the manifest.
    /// </summary>
    public string? ClusterName { get; init => field = TerminalText.Line(value); }

    /// <summary>In hexadecimal.</summary>
    public string? ClusterId { get; init => field = TerminalText.Line(value); }

    /// <summary>Without terminal control characters, as <see cref="ClusterName"/>.</summary>
    public string? Member { get; init => field = TerminalText.Line(value); }

    /// <summary>The member's etcd version.</summary>
    public string? EtcdVersion { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>The program and its version, the user, and the machine.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>The manifest of a snapshot that was just taken.</summary>
    public static SnapshotManifest Of(EtcdSnapshot snapshot) => new()
    {
        Sha256 = snapshot.Sha256,
        Size = snapshot.Size,
        Compression = snapshot.Format.Compression,
        Encrypted = snapshot.Format.IsEncrypted,
        DatabaseSha256 = snapshot.DatabaseSha256,
        Hash = snapshot.Hash.ToString("x", CultureInfo.InvariantCulture),
        Revision = snapshot.Revision,
        CompactRevision = snapshot.CompactRevision,
        TotalKeys = snapshot.TotalKeys,
        ClusterName = snapshot.ClusterName,
        ClusterId = snapshot.ClusterId?.ToString(),
        Member = snapshot.Member,
        EtcdVersion = snapshot.Version?.ToString(),
        Created = snapshot.Created,
        CreatedBy = Author,
    };

    /// <summary>The manifest of a snapshot that was saved on a member's host.</summary>
    public static SnapshotManifest Of(EtcdHostSnapshot snapshot) => new()
    {
        Sha256 = snapshot.Sha256,
        Size = snapshot.Size,
        Compression = SnapshotCompression.None,
        Encrypted = false,
        DatabaseSha256 = snapshot.Sha256,
        Hash = snapshot.Hash.ToString("x", CultureInfo.InvariantCulture),
        Revision = snapshot.Revision,
        TotalKeys = snapshot.TotalKeys,
        ClusterName = snapshot.ClusterName,
        ClusterId = snapshot.ClusterId.ToString(),
        Member = snapshot.Member,
        EtcdVersion = snapshot.Version?.ToString(),
        Created = snapshot.Created,
        CreatedBy = Author,
    };

    /// <summary>This program and its version, the user, and the machine.</summary>
    public static string Author => $"EtcdAdmin {OwnVersion()}, {Environment.UserName}@{Environment.MachineName}";

    /// <summary>The path of a snapshot's manifest.</summary>
    public static string PathFor(string snapshot) => snapshot + Extension;

    /// <summary>Writes the manifest beside the snapshot; an existing manifest is replaced.</summary>
    /// <exception cref="EtcdException">DiskFull, FileWriteFailed.</exception>
    public Task WriteAsync(string snapshot, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(PathFor(snapshot), ToJson(), AtomicFile.OwnerOnly, cancellationToken);

    /// <summary>The content of the manifest file.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    /// <summary>Reads the manifest of a snapshot; null if it does not exist or is not a valid manifest.</summary>
    public static async Task<SnapshotManifest?> FindAsync(string snapshot, CancellationToken cancellationToken)
    {
        try
        {
            byte[] json = await File.ReadAllBytesAsync(PathFor(snapshot), cancellationToken).ConfigureAwait(false);
            return JsonSerializer.Deserialize<SnapshotManifest>(json, Options) is { Format: >= OldestFormat and <= CurrentFormat } found
                ? found
                : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
        catch (Exception e) when (SnapshotFile.Translate(PathFor(snapshot), e) is { } error)
        {
            throw error; // an unreadable manifest must not be treated as missing
        }
    }

    /// <summary>The snapshot with the data of the manifest.</summary>
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
