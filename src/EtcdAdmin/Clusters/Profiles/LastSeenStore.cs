using System.Collections.Concurrent;
using System.Text.Json;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Clusters.Profiles;

/// <summary>
/// The highest revision that each saved cluster was seen at from here, in <c>last-seen.json</c> beside its profile. When all its members
/// are gone, that is what is left to tell how far its clients have come.
/// </summary>
/// <param name="context">The surroundings.</param>
internal sealed class LastSeenStore(AdminContext context)
{
    private const string FileName = "last-seen.json";

    // Health is asked for again and again; what this process has noted need not be read each time.
    private static readonly ConcurrentDictionary<string, long> Noted = new(StringComparer.Ordinal);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>What was noted; null where nothing was, or it makes no sense.</summary>
    /// <exception cref="EtcdException">ProfileInvalid: it cannot be read now, which does not mean that nothing was noted.</exception>
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
                NextStep = "Make the file readable: it says how far the cluster had come, which revisions must not fall behind.",
            };
        }
    }

    /// <summary>Notes a revision, unless a higher one is noted or the cluster is not saved.</summary>
    /// <param name="cluster">The name of the cluster.</param>
    /// <param name="revision">The revision.</param>
    /// <param name="member">Who told it.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task NoteAsync(string cluster, long revision, string member, CancellationToken cancellationToken)
    {
        if (!context.Profiles.Exists(cluster) || (Noted.TryGetValue(PathOf(cluster), out long noted) && noted >= revision && File.Exists(PathOf(cluster)))) return;
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
            // A help for a day that may never come must not make a look at the cluster fail: the disk is full, or another process writes the same now.
        }
    }

    private string PathOf(string cluster) => Path.Combine(context.Profiles.Folder(cluster), FileName);
}

/// <summary>How far a cluster had come when it was seen last.</summary>
/// <param name="Revision">The highest that was seen.</param>
/// <param name="Member">The member that had it.</param>
/// <param name="At">When.</param>
internal sealed record LastSeen(long Revision, string Member, DateTimeOffset At);
