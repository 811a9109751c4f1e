using System.Collections.Concurrent;
using System.Text.Json;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Clusters.Profiles;

/// <summary>The highest revision seen from this machine for each saved cluster, in <c>last-seen.json</c> beside its profile. When all members are
/// lost, it shows which revision clients have seen.</summary>
/// <param name="context">The environment.</param>
internal sealed class LastSeenStore(AdminContext context)
{
    private const string FileName = "last-seen.json";

    // Health checks are frequent; a value that this process has saved need not be read each time.
    private static readonly ConcurrentDictionary<string, long> Noted = new(StringComparer.Ordinal);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The saved revision; null if there is none, or if it is not valid.</summary>
    /// <exception cref="EtcdException">ProfileInvalid: it cannot be read now, so it is unknown whether one was saved.</exception>
    public async Task<LastSeen?> FindAsync(string cluster, CancellationToken cancellationToken)
    {
        if (!context.Profiles.Exists(cluster)) return null;
        try
        {
            byte[] json = await File.ReadAllBytesAsync(PathOf(cluster), cancellationToken).ConfigureAwait(false);
            return JsonSerializer.Deserialize<LastSeen>(json, Json);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EtcdException(EtcdErrorIds.ProfileInvalid, $"'{PathOf(cluster)}' cannot be read: {e.Message}", e)
            {
                Target = PathOf(cluster),
                NextStep =
                    "Give this user read permission on the file. It contains the last known revision of the cluster, and the revision after a "
                        + "restore must not be below that "
                    + "revision.",
            };
        }
    }

    /// <summary>Saves a revision, unless a higher one is saved or the cluster is not saved.</summary>
    /// <param name="cluster">The name of the cluster.</param>
    /// <param name="revision">The revision.</param>
    /// <param name="member">The member that reported it.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    public async Task NoteAsync(string cluster, long revision, string member, CancellationToken cancellationToken)
    {
        if (!context.Profiles.Exists(cluster)
            || (Noted.TryGetValue(PathOf(cluster), out long noted) && noted >= revision && File.Exists(PathOf(cluster)))) return;
        try
        {
            long known = (await FindAsync(cluster, cancellationToken).ConfigureAwait(false))?.Revision ?? 0;
            if (known < revision)
            {
                byte[] json = JsonSerializer.SerializeToUtf8Bytes(new LastSeen(revision, member, context.Clock.GetUtcNow()), Json);
                await AtomicFile.WriteAsync(PathOf(cluster), json, AtomicFile.OwnerOnly, cancellationToken).ConfigureAwait(false);
            }

            Noted[PathOf(cluster)] = Math.Max(known, revision);
        }
        catch (EtcdException)
        {
            // This value is only a precaution, so a failure to save it must not make a health check fail: the disk is full, or another process is
            // writing it.
        }
    }

    private string PathOf(string cluster) => Path.Combine(context.Profiles.Folder(cluster), FileName);
}

/// <summary>The last known revision of a cluster.</summary>
/// <param name="Revision">The highest one seen.</param>
/// <param name="Member">The member that had it.</param>
/// <param name="At">The time.</param>
internal sealed record LastSeen(long Revision, string Member, DateTimeOffset At);
