using System.Collections.Concurrent;
using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Wal;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts;
using EtcdAdmin.Recovery.Tools;
using EtcdAdmin.Text;

namespace EtcdAdmin.Recovery.Quorum;

/// <summary>Reads the data of members in place, whether their etcd runs or not.</summary>
/// <remarks>
/// Hosts have no tool for this: etcdutl waits for the lock of a running etcd and does not read the log, and a member without quorum does not
/// serve its API. So files of other hosts are sent here, packed, and read by the module's own readers. A running etcd may write while they are
/// read, even without quorum (it compacts, defragments and flushes).
/// </remarks>
internal sealed class MemberDataReader(AdminContext context)
{
    // The data is read again under the lock and after all members have stopped; unchanged data is not sent again.
    private readonly ConcurrentDictionary<string, MemberData> _read = new(StringComparer.Ordinal);

    /// <summary>Reads all members at once; a member whose host does not answer is reported as unreachable.</summary>
    /// <param name="members">The members.</param>
    /// <param name="recovery">An interrupted repair; null for none.</param>
    /// <param name="events">Receives which data is being read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<MemberData>> ReadAsync(
        IReadOnlyList<MemberSpec> members, ClusterRecovery? recovery, IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        await Task.WhenAll(members.Select(member => ReadAsync(member, recovery, events, cancellationToken))).ConfigureAwait(false);

    private async Task<MemberData> ReadAsync(
        MemberSpec member, ClusterRecovery? recovery, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        DataListing listing;
        MemberServiceState state;
        try
        {
            listing = await DataListing.ReadAsync(context.HostOf(member), member, recovery, cancellationToken).ConfigureAwait(false);
            state = await context.ServiceOf(member).GetStateAsync(member, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e)
        {
            return new MemberData(member) { Silence = e.Message };
        }

        string? obstacle = Obstacle(member, listing, state);
        if (!state.IsRunning && obstacle is null && _read.TryGetValue(member.Name, out MemberData? known)
            && known.Listing!.IsSame(listing)) // only data with a listing is kept
            return known with { Listing = listing };
        var found = new MemberData(member) { Listing = listing, IsRunning = state.IsRunning, Obstacle = obstacle };
        if (obstacle is not null) return found;
        if (listing.Database is null && listing.Segments.Count == 0) return found;
        events.Message($"Reading the data of member {member.Name} on {member.HostName} ({Megabytes(listing)} MB).");
        MemberData data = await InspectAsync(found, listing, cancellationToken).ConfigureAwait(false);
        // A write in progress can look like damage once, but not twice.
        if (state.IsRunning && (data.IsDamaged || data.Obstacle is not null))
        {
            // The oldest segment of the log may have been removed meanwhile.
            listing = await DataListing.ReadAsync(context.HostOf(member), member, recovery, cancellationToken).ConfigureAwait(false);
            data = await InspectAsync(found with { Listing = listing }, listing, cancellationToken).ConfigureAwait(false);
        }

        if (!state.IsRunning && listing.IsSettled && data.Obstacle is null) _read[member.Name] = data;
        return data;
    }

    /// <summary>Why data cannot be read, or may be written by another process than the member's etcd; null for no reason.</summary>
    private static string? Obstacle(MemberSpec member, DataListing listing, MemberServiceState state)
    {
        IEnumerable<string> held = state.IsRunning ? []
            : listing.Held.Where(file => !file.Command.Contains(member.Layout.ConfigFile, StringComparison.Ordinal)).Select(file => file.ToString());
        string[] all = [.. listing.Blocked.Concat(held).Distinct()];
        return all.Length == 0 ? null : string.Join("; ", all);
    }

    private async Task<MemberData> InspectAsync(MemberData data, DataListing listing, CancellationToken cancellationToken)
    {
        using LockedFolder? copies = NeedsCopy(data) ? RecoveryCopies.MakeFolder(context) : null;
        string folder = copies?.Path ?? "";
        try
        {
            data = data with { Log = await ReadLogAsync(data, listing, folder, cancellationToken).ConfigureAwait(false) };
            if (listing.Database is not { } database) return data;
            string path = await GetAsync(data, listing, database, folder, cancellationToken).ConfigureAwait(false);
            SnapshotInfo info = await SnapshotInspector.InspectAsync(path, Unhashed, events: null, cancellationToken).ConfigureAwait(false);
            return data with { Database = info };
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.SnapshotInvalid)
        {
            return data with { Damage = e.Message };
        }
        catch (Exception e) when (e is HostCommandException
        or EtcdException { ErrorId: EtcdErrorIds.SnapshotUnreadable or EtcdErrorIds.SnapshotNotFound }
            or IOException or UnauthorizedAccessException)
        {
            return data with { Obstacle = e.Message }; // only data that was read can be damaged
        }
    }

    private async Task<WalSummary> ReadLogAsync(MemberData data, DataListing listing, string folder, CancellationToken cancellationToken)
    {
        var segments = new List<string>();
        foreach (DataFile segment in listing.Segments)
            segments.Add(await GetAsync(data, listing, segment, folder, cancellationToken).ConfigureAwait(false));
        return WalReader.Read(segments, cancellationToken);
    }

    // A member's own database does not end in a checksum, and a hash of the complete file is not needed.
    private static SnapshotDigest Unhashed { get; } = new(Sha256: "", HasTrailer: false, TrailerValid: false);

    // A running etcd locks its files. .NET asks for a lock when it opens a file; cat does not.
    private static bool NeedsCopy(MemberData data) => data.IsRunning || data.Member.Connection is not null;

    /// <summary>Copies a file of a host to this machine. A file of this machine is read in place, unless etcd runs on it.</summary>
    private async Task<string> GetAsync(MemberData data, DataListing listing, DataFile file, string folder, CancellationToken cancellationToken)
    {
        if (!NeedsCopy(data)) return file.Path;
        IHost host = context.HostOf(data.Member);
        string path = Path.Combine(folder, Path.GetFileName(file.Path));
        try
        {
            var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            await using (target.ConfigureAwait(false))
            {
                await host.StreamFileAsync(
                    file.Path, listing.CanPack, (content, token) => content.CopyToAsync(target, token), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.WriteFailed(path, e); // a problem of this machine, not of the member's data
        }

        return path;
    }

    private static string Megabytes(DataListing listing) =>
        ((listing.Segments.Sum(segment => segment.Size) + (listing.Database?.Size ?? 0)) / 1e6).ToString("0", CultureInfo.InvariantCulture);
}
