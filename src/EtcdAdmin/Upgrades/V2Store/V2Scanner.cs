using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database.V2Store;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Upgrades.V2Store;

/// <summary>Looks for v2 content in a member's raft snapshots and in its log, while the member serves.</summary>
/// <remarks>
/// <c>etcdutl check v2store</c> needs a stopped member, and reads the log only from 3.5.32 on. Here the files are read while they arrive from the
/// host; nothing is written. Only the segments after the newest raft snapshot are read, and memory is needed for the largest record, for the raft
/// snapshot and for the v2 requests after it.
/// </remarks>
internal static class V2Scanner
{
    /// <summary>Scans a member.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="member">The member; it may run.</param>
    /// <param name="cancellationToken">Cancels the scan.</param>
    /// <returns>The findings, also if the data cannot be read (<see cref="V2Findings.Unreadable"/>).</returns>
    /// <exception cref="EtcdException">The host does not answer.</exception>
    public static async Task<V2Findings> ScanAsync(AdminContext context, MemberSpec member, CancellationToken cancellationToken)
    {
        V2Findings found = await TryScanAsync(context.HostOf(member), member, cancellationToken).ConfigureAwait(false);
        // A running etcd may have been in the middle of a write, or have deleted an old file.
        return found.Unreadable is null ? found : await TryScanAsync(context.HostOf(member), member, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the keys of users in a member's data, hidden ones included.</summary>
    /// <returns>Null if the data cannot be read.</returns>
    /// <exception cref="EtcdException">The host does not answer.</exception>
    public static async Task<V2Node?> ReadKeysAsync(AdminContext context, MemberSpec member, CancellationToken cancellationToken)
    {
        IHost host = context.HostOf(member);
        RaftFiles files = await RaftFiles.ListAsync(host, member, cancellationToken).ConfigureAwait(false);
        if (files.Blocked.Count > 0 || files.Segments.Count == 0) return null;
        try
        {
            return await ReaderOf(host, member, files)
                .ReadAsync((snapshot, log, _) => log.StoreAfter(snapshot).Keys ?? V2Node.Directory(""), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is HostCommandException or V2DataException)
        {
            return null;
        }
    }

    private static async Task<V2Findings> TryScanAsync(IHost host, MemberSpec member, CancellationToken cancellationToken)
    {
        RaftFiles files = await RaftFiles.ListAsync(host, member, cancellationToken).ConfigureAwait(false);
        if (files.Blocked.Count > 0) return Unreadable(string.Join("; ", files.Blocked));
        if (files.Segments.Count == 0) return Unreadable($"{files.WalFolder} holds no write-ahead log");
        try
        {
            return await ReaderOf(host, member, files).ReadAsync((snapshot, log, summary) =>
                V2Findings.Of(member.Name, files, snapshot, log, summary.Last.Index, summary.State.Commit), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HostCommandException or V2DataException)
        {
            return Unreadable(e.Message);
        }

        V2Findings Unreadable(string why) => new() { Member = member.Name, Unreadable = why };
    }

    // On this machine, a pipe is faster than gzip.
    private static V2DataReader ReaderOf(IHost host, MemberSpec member, RaftFiles files) => new(
        files, (path, read, token) => host.StreamFileAsync(path, files.CanPack && member.Connection is not null, read, token));
}
