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

/// <summary>The manifest of a snapshot, written beside it when it is taken: what the file itself does not tell, and what it should be.</summary>
/// <remarks>
/// <para>
/// This is where the format is defined: a JSON object, UTF-8, one property a line, named and ordered as here. A property whose value is not known is
/// left out.
/// Numbers are decimal; hashes and ids are strings of lower-case hexadecimal digits, ids and <see cref="Hash"/> without leading zeros; times are ISO
/// 8601.
/// </para>
/// <para>
/// Format 2 is what all write. Two programs do: this one, and the script that a schedule puts on hosts (<c>Schedules/snapshot-schedule.sh</c>),
/// which leaves out
/// <see cref="CompactRevision"/>, as none of etcd's tools tells it. A test compares what both write and read. Format 1 is still read: it has no
/// <see cref="Compression"/>, <see cref="Encrypted"/> and <see cref="DatabaseSha256"/>, as it was for plain files only. Later formats are not read.
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

    /// <summary>SHA-256 of the whole file as it lies there, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Bytes of the file.</summary>
    public required long Size { get; init; }

    /// <summary>How the file is packed: <c>none</c>, <c>gzip</c>, <c>zip</c>, <c>tarGz</c>; null in format 1.</summary>
    public SnapshotCompression? Compression { get; init; }

    /// <summary>Whether the file is encrypted; null in format 1.</summary>
    public bool? Encrypted { get; init; }

    /// <summary>SHA-256 of the plain snapshot inside, lower-case hexadecimal; null in format 1.</summary>
    public string? DatabaseSha256 { get; init; }

    /// <summary>The hash of its contents, as etcd's tools print it.</summary>
    public required string Hash { get; init; }

    public required long Revision { get; init; }

    /// <summary>Null where nobody looked: on a member's host.</summary>
    public long? CompactRevision { get; init; }

    /// <summary>Null where nobody could tell.</summary>
    public long? TotalKeys { get; init; }

    /// <summary>As a terminal may be given it: whoever may write beside the snapshot makes it.</summary>
    public string? ClusterName { get; init => field = TerminalText.Line(value); }

    /// <summary>Hexadecimal.</summary>
    public string? ClusterId { get; init => field = TerminalText.Line(value); }

    /// <summary>As <see cref="ClusterName"/>.</summary>
    public string? Member { get; init => field = TerminalText.Line(value); }

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

    /// <summary>The notes for one that was taken on a member's host.</summary>
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

    /// <summary>This program and its version, who runs it, and where.</summary>
    public static string Author => $"EtcdAdmin {OwnVersion()}, {Environment.UserName}@{Environment.MachineName}";

    /// <summary>Where the notes for a snapshot are.</summary>
    public static string PathFor(string snapshot) => snapshot + Extension;

    /// <summary>Puts them beside the snapshot, in place of what may be there.</summary>
    /// <exception cref="EtcdException">DiskFull, FileWriteFailed.</exception>
    public Task WriteAsync(string snapshot, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(PathFor(snapshot), ToJson(), AtomicFile.OwnerOnly, cancellationToken);

    /// <summary>What the file beside the snapshot holds.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    /// <summary>The notes beside a snapshot; null where there are none, or none that can be read.</summary>
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
            throw error; // that it cannot be read now does not mean that nothing is noted
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
