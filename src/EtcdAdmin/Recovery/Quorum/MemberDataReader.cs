using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
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
/// Hosts have no tool for it: etcdutl waits for the lock that a running etcd holds, reads no log, and a member that was started without a
/// quorum does not serve its API. So the files of another host come here, packed, and are read by the module's own readers. What a
/// running etcd writes meanwhile may be read by half, even without a quorum (it compacts, defragments and flushes on its own).
/// </remarks>
internal sealed class MemberDataReader(AdminContext context)
{
    // A plan is made again under the lock, and data read again when all are stopped; what has not changed since need not be carried over again.
    private readonly ConcurrentDictionary<string, MemberData> _read = new(StringComparer.Ordinal);

    /// <summary>Reads all members at once; one whose host does not answer is told as such.</summary>
    /// <param name="members">The members.</param>
    /// <param name="recovery">A repair that was begun before; null for none.</param>
    /// <param name="events">Gets what is being read.</param>
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
        if (!state.IsRunning && obstacle is null && _read.TryGetValue(member.Name, out MemberData? known) && known.Listing!.IsSame(listing)) // only what has one is kept
            return known with { Listing = listing };
        var found = new MemberData(member) { Listing = listing, IsRunning = state.IsRunning, Obstacle = obstacle };
        if (obstacle is not null) return found;
        if (listing.Database is null && listing.Segments.Count == 0) return found;
        events.Message($"Reading the data of member {member.Name} on {member.HostName} ({Megabytes(listing)} MB).");
        MemberData data = await InspectAsync(found, listing, cancellationToken).ConfigureAwait(false);
        // What was written at that moment looks like damage once, not twice.
        if (state.IsRunning && (data.IsDamaged || data.Obstacle is not null))
        {
            // Its log's oldest segment may have been removed in between.
            listing = await DataListing.ReadAsync(context.HostOf(member), member, recovery, cancellationToken).ConfigureAwait(false);
            data = await InspectAsync(found with { Listing = listing }, listing, cancellationToken).ConfigureAwait(false);
        }

        if (!state.IsRunning && listing.IsSettled && data.Obstacle is null) _read[member.Name] = data;
        return data;
    }

    /// <summary>What cannot be read, or may be written to meanwhile by somebody else than the member itself.</summary>
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
        catch (Exception e) when (e is HostCommandException or EtcdException { ErrorId: EtcdErrorIds.SnapshotUnreadable or EtcdErrorIds.SnapshotNotFound }
            or IOException or UnauthorizedAccessException)
        {
            return data with { Obstacle = e.Message }; // only what was read can be damaged
        }
    }

    private async Task<WalSummary> ReadLogAsync(MemberData data, DataListing listing, string folder, CancellationToken cancellationToken)
    {
        var segments = new List<string>();
        foreach (DataFile segment in listing.Segments)
            segments.Add(await GetAsync(data, listing, segment, folder, cancellationToken).ConfigureAwait(false));
        return WalReader.Read(segments, cancellationToken);
    }

    // A member's own database ends in no checksum, and that of the whole file is of no use here.
    private static SnapshotDigest Unhashed { get; } = new(Sha256: "", HasTrailer: false, TrailerValid: false);

    // A running etcd has its files locked, and .NET opens none without asking for a lock, which cat does not.
    private static bool NeedsCopy(MemberData data) => data.IsRunning || data.Member.Connection is not null;

    /// <summary>Brings a file of a host here; one of this machine stays where it is, unless etcd is at it.</summary>
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
                if (listing.CanPack) await UnpackAsync(host, file.Path, target, cancellationToken).ConfigureAwait(false);
                else await host.GetFileAsync(file.Path, target, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.WriteFailed(path, e); // trouble of this machine, which says nothing of the member's data
        }

        return path;
    }

    private static async Task UnpackAsync(IHost host, string path, Stream target, CancellationToken cancellationToken)
    {
        var pipe = new Pipe();
        try
        {
            await Task.WhenAll(FetchAsync(), UnpackAsync()).ConfigureAwait(false); // the error of the first goes before that of the second
        }
        catch (InvalidDataException e)
        {
            throw new EtcdException(EtcdErrorIds.ConnectionLost, $"{path} did not arrive whole from {host.Name}: {e.Message}", e)
            {
                Target = host.Name,
                NextStep = "Run the command again.",
            };
        }

        async Task FetchAsync()
        {
            var script = new HostScript(RecoveryScripts.ReadPacked) { Arguments = [path], StandardOutput = pipe.Writer.AsStream(leaveOpen: true) };
            try
            {
                await host.RunRequiredAsync($"read {path}", script, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                await pipe.Writer.CompleteAsync().ConfigureAwait(false);
            }
        }

        async Task UnpackAsync()
        {
            var unpacking = new GZipStream(pipe.Reader.AsStream(leaveOpen: true), CompressionMode.Decompress);
            await using (unpacking.ConfigureAwait(false))
            {
                try
                {
                    await unpacking.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    await pipe.Reader.CompleteAsync().ConfigureAwait(false);
                }
            }
        }
    }

    private static string Megabytes(DataListing listing) =>
        ((listing.Segments.Sum(segment => segment.Size) + (listing.Database?.Size ?? 0)) / 1e6).ToString("0", CultureInfo.InvariantCulture);
}
