using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Recovery.Tools;
using EtcdAdmin.Text;

namespace EtcdAdmin.Recovery.Undo;

/// <summary>The best of the databases that a restore kept, on this machine, to be restored anew. To be kept until that is done.</summary>
public sealed class KeptDatabase : IAsyncDisposable
{
    private readonly LockedFolder _folder;

    private KeptDatabase(RestoreSource source, string member, LockedFolder folder) => (Source, Member, _folder) = (source, member, folder);

    /// <summary>It, as a snapshot.</summary>
    internal RestoreSource Source { get; }

    /// <summary>Whose it was.</summary>
    internal string Member { get; }

    /// <summary>Brings all of them here and keeps the one that is furthest ahead.</summary>
    /// <param name="context">The surroundings.</param>
    /// <param name="kept">What was found on the hosts.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="events">Gets what is being read.</param>
    /// <param name="cancellationToken">Ends it; nothing is left then.</param>
    /// <exception cref="EtcdException">MemberDataLost: none is there. SnapshotInvalid and the like; DiskFull, FileWriteFailed: this machine.</exception>
    /// <remarks>
    /// A member that is stopped writes all that it has applied into its database. What the others had confirmed and it had not applied yet, is in theirs;
    /// hence the one with the highest index.
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
                events.Message($"Reading the data that was kept of member {member.Member.Name} on {member.Member.HostName} ({member.Size >> 20} MB).");
                string path = await BringAsync(context, member, folder.Path, cancellationToken).ConfigureAwait(false);
                RestoreSource source = await RestoreSource.OpenAsync(path, cluster, secrets: null, skipHashCheck: true, events, cancellationToken).ConfigureAwait(false);
                KeptDatabase found = new(source, member.Member.Name, folder);
                (found, KeptDatabase? other) = best is null || Order(found).CompareTo(Order(best)) > 0 ? (found, best) : (best, found);
                best = found;
                if (other is not null) await other.Source.DisposeAsync().ConfigureAwait(false);
            }

            return best ?? throw new EtcdException(EtcdErrorIds.MemberDataLost, $"No member of cluster '{cluster.Name}' has a database from before the restore any more.")
            {
                Target = cluster.Name,
                NextStep = "Bring one of the folders back that were kept, or restore a snapshot (Restore-EtcdSnapshot).",
            };
        }
        catch
        {
            if (best is not null) await best.Source.DisposeAsync().ConfigureAwait(false);
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Removes what was brought here of it.</summary>
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
