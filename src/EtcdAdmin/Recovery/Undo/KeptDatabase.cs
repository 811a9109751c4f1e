using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Recovery.Tools;
using EtcdAdmin.Text;

namespace EtcdAdmin.Recovery.Undo;

/// <summary>The best of the databases that a restore kept, on this machine, to be restored again. Keep it until the undo has ended.</summary>
public sealed class KeptDatabase : IAsyncDisposable
{
    private readonly LockedFolder _folder;

    private KeptDatabase(RestoreSource source, string member, LockedFolder folder) => (Source, Member, _folder) = (source, member, folder);

    /// <summary>The database as a snapshot.</summary>
    internal RestoreSource Source { get; }

    /// <summary>The name of its member.</summary>
    internal string Member { get; }

    /// <summary>Copies all of them to this machine and keeps the one that is furthest ahead.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="kept">What was found on the hosts.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="events">Receives which data is being read.</param>
    /// <param name="cancellationToken">Ends it; nothing is left then.</param>
    /// <exception cref="EtcdException">
    /// MemberDataLost: there is none. SnapshotInvalid and similar: it cannot be read. DiskFull, FileWriteFailed: this machine.
    /// </exception>
    /// <remarks>
    /// A stopping member writes all applied entries into its database. A member may not have applied entries that other members had committed;
    /// so the database with the highest index is used.
    /// </remarks>
    internal static async Task<KeptDatabase> OpenAsync(
        AdminContext context, EtcdCluster cluster, IReadOnlyList<KeptMember> kept, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        LockedFolder folder = RecoveryCopies.MakeFolder(context);
        KeptDatabase? best = null;
        try
        {
            foreach (KeptMember member in kept.Where(found => found.State == KeptState.Aside))
            {
                events.Message($"Reading the old data of member {member.Member.Name} on {member.Member.HostName} ({member.Size >> 20} MB).");
                string path = await BringAsync(context, member, folder.Path, cancellationToken).ConfigureAwait(false);
                RestoreSource source =
                    await RestoreSource.OpenAsync(path, cluster, secrets: null, skipHashCheck: true, events, cancellationToken).ConfigureAwait(false);
                KeptDatabase found = new(source, member.Member.Name, folder);
                (found, KeptDatabase? other) = best is null || Order(found).CompareTo(Order(best)) > 0 ? (found, best) : (best, found);
                best = found;
                if (other is not null) await other.Source.DisposeAsync().ConfigureAwait(false);
            }

            return best
                ?? throw new EtcdException(
                    EtcdErrorIds.MemberDataLost, $"No member of cluster '{cluster.Name}' has a database from before the restore any more.")
                {
                    Target = cluster.Name,
                    NextStep = "Bring one of the kept folders back, or restore a snapshot (Restore-EtcdSnapshot).",
                };
        }
        catch
        {
            if (best is not null) await best.Source.DisposeAsync().ConfigureAwait(false);
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Removes the copy on this machine.</summary>
    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync().ConfigureAwait(false);
        _folder.Dispose();
    }

    private static (ulong Index, long Revision) Order(KeptDatabase database) =>
        (database.Source.Snapshot.ConsistentIndex ?? 0, database.Source.Snapshot.CurrentRevision);

    private static async Task<string> BringAsync(AdminContext context, KeptMember kept, string folder, CancellationToken cancellationToken)
    {
        string there = kept.Archive.Data + "/member/snap/db";
        if (kept.Member.Connection is null) return there;
        string here = Path.Combine(folder, $"{kept.Member.Name}.db");
        try
        {
            var target = new FileStream(here, FileMode.CreateNew, FileAccess.Write);
            await using var close = target.ConfigureAwait(false);
            await context.HostOf(kept.Member).GetFileAsync(there, target, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.WriteFailed(here, e);
        }

        return here;
    }
}
