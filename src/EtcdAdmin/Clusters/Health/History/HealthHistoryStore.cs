using System.Text.Json;
using System.Text.Json.Serialization;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Clusters.Health.History;

/// <summary>
/// The recorded health of each saved cluster, in <c>health.jsonl</c> beside its profile: one line of JSON for each check. The file is bounded by
/// number and age.
/// </summary>
/// <param name="context">The environment.</param>
public sealed class HealthHistoryStore(AdminContext context)
{
    /// <summary>The number of records that are kept: a month with one record in five minutes.</summary>
    public const int MaxRecords = 9_000;

    /// <summary>The age up to which records are kept.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(90);

    private const string FileName = "health.jsonl";
    private const byte LineEnd = (byte)'\n';

    // The file is trimmed to the limit only when it is larger by this part; otherwise each record would rewrite the file.
    private const int SlackPart = 8;

    // Another check holds the file only for a moment.
    private const int Attempts = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, IgnoreReadOnlyProperties = true };

    /// <summary>Reads the records, the oldest first. Lines that are not records are skipped.</summary>
    /// <param name="cluster">The name of a saved cluster.</param>
    /// <param name="age">How far back.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>None for a cluster without a history.</returns>
    /// <exception cref="EtcdException">ProfileInvalid: the file cannot be read.</exception>
    public async Task<IReadOnlyList<EtcdHealthRecord>> ReadAsync(string cluster, TimeSpan age, CancellationToken cancellationToken)
    {
        if (!context.Profiles.Exists(cluster)) return [];
        string path = PathOf(cluster);
        DateTimeOffset oldest = context.Clock.GetUtcNow() - age;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await ReadAsync(path, oldest, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                return [];
            }
            catch (IOException) when (attempt < Attempts)
            {
                await Task.Delay(Pause, context.Clock, cancellationToken).ConfigureAwait(false); // a writer has the file
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new EtcdException(EtcdErrorIds.ProfileInvalid, $"The history of cluster '{cluster}' in '{path}' cannot be read: {e.Message}", e)
                {
                    Target = path,
                    NextStep = "Give this user read permission on the file, or delete it: a new history begins with the next check.",
                };
            }
        }
    }

    /// <summary>
    /// Appends a record, if the cluster is saved. A history that cannot be written must not make a health check fail: the disk is full, or another
    /// process writes it.
    /// </summary>
    /// <returns>Whether it was written.</returns>
    public async Task<bool> AppendAsync(EtcdHealthRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (!context.Profiles.Exists(record.Cluster)) return false;
        string path = PathOf(record.Cluster);
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(record, Json), LineEnd];
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await AppendAsync(path, line, cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (IOException) when (attempt < Attempts)
            {
                await Task.Delay(Pause, context.Clock, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    private static async Task<IReadOnlyList<EtcdHealthRecord>> ReadAsync(string path, DateTimeOffset oldest, CancellationToken cancellationToken)
    {
        var records = new List<EtcdHealthRecord>();
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (Read(line) is { } record && record.Time >= oldest) records.Add(record);
        }

        return [.. records.OrderBy(record => record.Time)];
    }

    private async Task AppendAsync(string path, byte[] line, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = AtomicFile.OwnerOnly;
        using var file = new FileStream(path, options);
        // If a crash truncated the last line, the new record starts on its own line.
        file.Seek(-Math.Min(1, file.Length), SeekOrigin.End);
        bool isOpenLine = file.Length > 0 && file.ReadByte() != LineEnd;
        await file.WriteAsync(isOpenLine ? [LineEnd, .. line] : line, CancellationToken.None).ConfigureAwait(false);
        // The size tells without reading whether the file may be too long.
        if (file.Length < (long)line.Length * MaxRecords / 2) return;
        await TrimAsync(file, cancellationToken).ConfigureAwait(false);
    }

    // Under the lock of the file, so no other record is lost. Windows does not replace a file that is open; and what a crash leaves here is read
    // again, in order.
    private async Task TrimAsync(FileStream file, CancellationToken cancellationToken)
    {
        file.Seek(0, SeekOrigin.Begin);
        using var reader = new StreamReader(file, leaveOpen: true);
        var lines = new List<string>();
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line) lines.Add(line);
        DateTimeOffset oldest = context.Clock.GetUtcNow() - MaxAge;
        if (lines.Count <= MaxRecords + (MaxRecords / SlackPart) && Read(lines[0])?.Time >= oldest) return;
        IEnumerable<string> kept = lines.TakeLast(MaxRecords).Where(line => Read(line)?.Time >= oldest);
        byte[] content = System.Text.Encoding.UTF8.GetBytes(string.Concat(kept.Select(line => line + "\n")));
        file.Seek(0, SeekOrigin.Begin);
        await file.WriteAsync(content, CancellationToken.None).ConfigureAwait(false);
        file.SetLength(content.Length);
    }

    private static EtcdHealthRecord? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<EtcdHealthRecord>(line, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string PathOf(string cluster) => Path.Combine(context.Profiles.Folder(cluster), FileName);
}
