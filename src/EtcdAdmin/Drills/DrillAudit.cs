using System.Text.Json;
using System.Text.Json.Serialization;
using EtcdAdmin.Errors;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Text;

namespace EtcdAdmin.Drills;

/// <summary>The audit file for drills; each record is one line of JSON.</summary>
/// <param name="path">Path of the file; created with mode 0600 if it does not exist.</param>
public sealed class DrillAudit(string path)
{
    // Another drill holds the file only for a moment.
    private const int Attempts = 50;
    private const byte LineEnd = (byte)'\n';

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Checks that a record can be appended, so that no drill runs in vain.</summary>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <exception cref="EtcdException">FileWriteFailed, DiskFull.</exception>
    public Task PrepareAsync(CancellationToken cancellationToken) => AppendAsync([], cancellationToken);

    /// <summary>Appends the record of a drill and flushes it to disk.</summary>
    /// <param name="result">The record.</param>
    /// <param name="cancellationToken">Cancels the waiting for other writers; a line is never written partially.</param>
    /// <exception cref="EtcdException">FileWriteFailed, DiskFull.</exception>
    public Task AppendAsync(SnapshotDrillResult result, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(result);
        return AppendAsync([.. JsonSerializer.SerializeToUtf8Bytes(Line(result), Options), LineEnd], cancellationToken);
    }

    /// <summary>
    /// The last drill of a snapshot of a cluster; null if the file has none, or does not exist. Lines that are not records are skipped.
    /// </summary>
    /// <param name="path">The audit file.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">InvalidArgument: it cannot be read.</exception>
    internal static async Task<DrillEntry?> FindLastAsync(string path, string cluster, CancellationToken cancellationToken)
    {
        DrillEntry? last = null;
        try
        {
            await foreach (string line in File.ReadLinesAsync(path, cancellationToken).ConfigureAwait(false))
            {
                if (Read(line) is { } entry && entry.ClusterName == cluster && (last is null || entry.Started > last.Started)) last = entry;
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EtcdException(EtcdErrorIds.InvalidArgument, $"'{path}' cannot be read: {e.Message}", e)
            {
                Target = path,
                NextStep = "Give the audit file that Test-EtcdSnapshot -Drill -AuditPath wrote, and this user read permission on it.",
            };
        }

        return last;
    }

    private static DrillEntry? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<DrillEntry>(line, Options);
        }
        catch (JsonException)
        {
            return null; // a crash truncated the line
        }
    }

    private static object Line(SnapshotDrillResult result) => new
    {
        Format = "etcdadmin-drill/1",
        result.Started,
        result.Passed,
        result.Path,
        result.Sha256,
        result.DatabaseSha256,
        result.Size,
        result.ClusterName,
        result.SnapshotVersion,
        EtcdVersion = result.EtcdVersion?.ToString(),
        result.EtcdLocation,
        result.Revision,
        result.TotalKeys,
        HashKv = result.HashKv?.ToString("x8", System.Globalization.CultureInfo.InvariantCulture),
        Checks = result.Checks.Select(check => new { check.Part, check.Passed, check.Detail, Seconds = Seconds(check.Duration) }),
        Seconds = Seconds(result.Duration),
        result.DrilledBy,
    };

    private static double Seconds(TimeSpan duration) => Math.Round(duration.TotalSeconds, 3);

    private async Task AppendAsync(byte[] line, CancellationToken cancellationToken)
    {
        string full = Path.GetFullPath(path);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                Append(full, line);
                return;
            }
            catch (IOException) when (attempt < Attempts && File.Exists(full))
            {
                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw AtomicFile.WriteFailed(full, e);
            }
        }
    }

    private static void Append(string full, byte[] line)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = AtomicFile.OwnerOnly;
        using var file = new FileStream(full, options);
        if (line.Length == 0) return;
        // If a crash truncated the last line, the new record starts on its own line.
        file.Seek(-Math.Min(1, file.Length), SeekOrigin.End);
        bool isOpenLine = file.Length > 0 && file.ReadByte() != LineEnd;
        file.Write(isOpenLine ? [LineEnd, .. line] : line);
        file.Flush(flushToDisk: true);
    }
}

/// <summary>What a later reader wants to know of a recorded drill.</summary>
/// <param name="Started">When it began.</param>
/// <param name="Passed">Whether the snapshot passed.</param>
/// <param name="Path">The snapshot.</param>
/// <param name="ClusterName">The cluster of the snapshot.</param>
internal sealed record DrillEntry(DateTimeOffset Started, bool Passed, string Path, string? ClusterName);
