using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using EtcdAdmin.Clusters;
using EtcdAdmin.Hosts;
using EtcdAdmin.Snapshots.Wal;

namespace EtcdAdmin.Snapshots;

/// <summary>Reads the data of members in place, whether their etcd runs or not.</summary>
/// <remarks>
/// Hosts have no tool for it: etcdutl waits for the lock that a running etcd holds, reads no log, and a member that was started without a
/// quorum does not serve its API. So the files of another host come here, packed, and are read by the module's own readers. Nothing
/// changes a database while there is no quorum, so what is read is whole.
/// </remarks>
internal sealed class MemberDataReader(AdminContext context)
{
    // A plan is made again under the lock; what has not changed since need not be carried over a second time.
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
            listing = await ListAsync(member, recovery, cancellationToken).ConfigureAwait(false);
            state = await context.ServiceOf(member).GetStateAsync(member, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException e)
        {
            return new MemberData(member) { Silence = e.Message };
        }

        if (_read.TryGetValue(member.Name, out MemberData? known) && known.Listing!.IsSame(listing)) // only what has one is kept
            return known with { Listing = listing, IsRunning = state.IsRunning };
        MemberData data = new MemberData(member) { Listing = listing, IsRunning = state.IsRunning };
        if (listing.Database is null && listing.Segments.Count == 0) return data;
        events.Message($"Reading the data of member {member.Name} on {member.HostName} ({Megabytes(listing)} MB).");
        data = await InspectAsync(data, listing, cancellationToken).ConfigureAwait(false);
        _read[member.Name] = data;
        return data;
    }

    private async Task<MemberData> InspectAsync(MemberData data, DataListing listing, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(context.Home.Path, "recovery", Guid.NewGuid().ToString("n"));
        try
        {
            if (NeedsCopy(data)) PrivateFolder.Create(folder);
            data = data with { Log = await ReadLogAsync(data, listing, folder, cancellationToken).ConfigureAwait(false) };
            if (listing.Database is not { } database) return data;
            string path = await GetAsync(data, listing, database, folder, cancellationToken).ConfigureAwait(false);
            SnapshotInfo info = await SnapshotInspector.InspectAsync(path, Unhashed, events: null, cancellationToken).ConfigureAwait(false);
            return data with { Database = info };
        }
        catch (EtcdException e) when (e is HostCommandException || e.ErrorId is EtcdErrorIds.SnapshotInvalid or EtcdErrorIds.SnapshotUnreadable)
        {
            return data with { Damage = e.Message };
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true); // it holds all keys and values
        }
    }

    /// <summary>A disk that cannot be read any more is damage like any other.</summary>
    private async Task<WalSummary> ReadLogAsync(MemberData data, DataListing listing, string folder, CancellationToken cancellationToken)
    {
        try
        {
            var segments = new List<string>();
            foreach (DataFile segment in listing.Segments)
                segments.Add(await GetAsync(data, listing, segment, folder, cancellationToken).ConfigureAwait(false));
            return WalReader.Read(segments, cancellationToken);
        }
        catch (Exception e) when (e is HostCommandException or IOException or UnauthorizedAccessException)
        {
            return new WalSummary { Condition = WalCondition.Damaged, Damage = e.Message };
        }
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
        var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        await using (target.ConfigureAwait(false))
        {
            if (listing.CanPack) await UnpackAsync(host, file.Path, target, cancellationToken).ConfigureAwait(false);
            else await host.GetFileAsync(file.Path, target, cancellationToken).ConfigureAwait(false);
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
            throw new EtcdException(EtcdErrorIds.ConnectionLost, EtcdErrorKind.Connection, $"{path} did not arrive whole from {host.Name}: {e.Message}", e)
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

    private async Task<DataListing> ListAsync(MemberSpec member, ClusterRecovery? recovery, CancellationToken cancellationToken)
    {
        RecoveryPaths? earlier = recovery is null ? null : new RecoveryPaths(member, recovery.Stamp);
        var script = new HostScript(RecoveryScripts.List)
        {
            Arguments = [member.Layout.DataDirectory, member.WalPath ?? "", earlier?.Data ?? "", earlier?.Wal ?? ""],
        };
        string output = await context.HostOf(member).RunRequiredAsync($"look at the data of member {member.Name}", script, cancellationToken)
            .ConfigureAwait(false);
        var listing = new DataListing(member.Layout.DataDirectory, "", 0, 0, CanPack: false, null, []);
        var segments = new List<DataFile>();
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (line.Split(' ', 2))
            {
                case ["data", var path]: listing = listing with { DataDirectory = path }; break;
                case ["wal", var path]: listing = listing with { WalDirectory = path }; break;
                case ["free", var size]: listing = listing with { FreeBytes = Kilobytes(size) }; break;
                case ["used", var size]: listing = listing with { UsedBytes = Kilobytes(size) }; break;
                case ["gzip"]: listing = listing with { CanPack = true }; break;
                case ["db", var file]: listing = listing with { Database = File(file) }; break;
                case ["segment", var file]: segments.Add(File(file)); break;
            }
        }

        return listing with { Segments = segments };
    }

    private static long Kilobytes(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) << 10;

    private static DataFile File(string text)
    {
        string[] parts = text.Split(' ', 3);
        return new DataFile(
            parts[2],
            long.Parse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture),
            DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture)));
    }

    private static string Megabytes(DataListing listing) =>
        ((listing.Segments.Sum(segment => segment.Size) + (listing.Database?.Size ?? 0)) / 1e6).ToString("0", CultureInfo.InvariantCulture);
}

/// <summary>Where a repair keeps what was there before.</summary>
/// <param name="Member">Whose data.</param>
/// <param name="Stamp">The time of the repair.</param>
internal sealed record RecoveryPaths(MemberSpec Member, string Stamp)
{
    /// <summary>The data folder's copy or new place.</summary>
    public string Data => $"{Member.Layout.DataDirectory}.before-repair-{Stamp}";

    /// <summary>The same for a log that has a folder of its own; empty where it has none.</summary>
    public string Wal => Member.WalPath is { } wal ? $"{wal}.before-repair-{Stamp}" : "";
}
