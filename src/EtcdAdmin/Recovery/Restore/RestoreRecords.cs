using System.Text.Json;
using System.Text.Json.Serialization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Recovery.Restore;

/// <summary>
/// The records of restores beside a cluster's profile, <c>restore.&lt;id&gt;.json</c>, and the profile from before each,
/// <c>cluster.json.before-restore-&lt;id&gt;</c>.
/// </summary>
/// <param name="context">The environment.</param>
internal sealed class RestoreRecords(AdminContext context)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The end of the file name of a profile from before a restore.</summary>
    public static string MarkOf(string id) => $"{RestoreArchive.Mark}-{id}";

    /// <summary>All restores of a cluster that kept the old state, the latest first.</summary>
    /// <exception cref="EtcdException">ProfileInvalid: a record cannot be read.</exception>
    public async Task<IReadOnlyList<RestoreRecord>> ListAsync(string cluster, CancellationToken cancellationToken)
    {
        var records = new List<RestoreRecord>();
        foreach (string id in context.Profiles.KeptMarks(cluster, $"{RestoreArchive.Mark}-").Where(RestoreRecord.IsId).OrderDescending(
            StringComparer.Ordinal))
            // Older EtcdAdmin wrote no record.
            records.Add(await ReadAsync(cluster, id, cancellationToken).ConfigureAwait(false) ?? new RestoreRecord { Id = id });
        return records;
    }

    /// <summary>An unused id for a restore or undo that begins now.</summary>
    /// <param name="cluster">The cluster's name.</param>
    public string NewId(string cluster)
    {
        DateTimeOffset now = context.Clock.GetUtcNow();
        while (context.Profiles.KeptMarks(cluster, MarkOf(RestoreRecord.IdOf(now))).Count > 0) now += TimeSpan.FromSeconds(1);
        return RestoreRecord.IdOf(now);
    }

    /// <summary>Saves a record, replacing one with the same id.</summary>
    /// <exception cref="EtcdException">DiskFull, FileWriteFailed.</exception>
    public Task SaveAsync(string cluster, RestoreRecord record, CancellationToken cancellationToken) => AtomicFile.WriteAsync(
        PathOf(cluster, record.Id), JsonSerializer.SerializeToUtf8Bytes(record, Json), AtomicFile.OwnerOnly, cancellationToken);

    private async Task<RestoreRecord?> ReadAsync(string cluster, string id, CancellationToken cancellationToken)
    {
        try
        {
            byte[] json = await File.ReadAllBytesAsync(PathOf(cluster, id), cancellationToken).ConfigureAwait(false);
            return JsonSerializer.Deserialize<RestoreRecord>(json, Json) switch
            {
                { Format: > RestoreRecord.CurrentFormat } newer => throw new JsonException(
                    $"It was written by a newer version of EtcdAdmin (format {newer.Format})."),
                { } found when found.Id == id => found,
                _ => throw new JsonException($"It is not the record of restore {id}."),
            };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw Unreadable(PathOf(cluster, id), e);
        }
    }

    // The record says whether the data was put back already, and its hash: without it, the wrong data could be put back.
    private static EtcdException Unreadable(string path, Exception cause) => new(
        EtcdErrorIds.ProfileInvalid, $"Cannot read the record of a restore '{path}': {cause.Message}", cause)
    {
        Target = path,
        NextStep =
            "Make the file readable. If it is damaged, move it to another folder, but do not delete it. Without it, the kept data is not compared "
                + "with its recorded hash, so a change to that data is not noticed.",
    };

    private string PathOf(string cluster, string id) => Path.Combine(context.Profiles.Folder(cluster), $"restore.{id}.json");
}
