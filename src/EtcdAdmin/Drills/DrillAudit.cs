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
