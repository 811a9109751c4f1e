using System.Globalization;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Database.Wal;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Upgrades.V2Store;

namespace EtcdAdmin.Upgrades.Conversion;

/// <summary>
/// Keeps a member from starting with etcd 3.0 too far behind the others. A leader of etcd 2.3 keeps the last 5,000 entries, and sends a raft snapshot
/// to a member that needs older ones. etcd 3.0 ends with "get database snapshot file path error" when it gets one from 2.3, and then neither version
/// starts on the data again.
/// </summary>
/// <remarks>Sources: etcd <c>etcdserver/raft.go</c> and <c>server.go</c>, 2.3.8 (numberOfCatchUpEntries) and 3.0.17 (applySnapshot); seen with
/// both.</remarks>
/// <param name="context">The environment.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="member">The member, with its data in the new places.</param>
internal sealed class LagBefore3(AdminContext context, EtcdCluster cluster, MemberSpec member)
{
    // Below the 5,000 entries, as clients write on while etcd starts.
    private const ulong Most = 4_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private ulong? _index;

    private bool Tls => cluster.RequireSpec().Tls;

    /// <summary>Notes how far the running member has come.</summary>
    public async Task NoteAsync(CancellationToken cancellationToken) => _index = await IndexOfAsync(member, cancellationToken).ConfigureAwait(false);

    /// <summary>Refuses to start the stopped member.</summary>
    /// <exception cref="EtcdException">UpgradeRefused.</exception>
    public async Task RequireAsync(CancellationToken cancellationToken)
    {
        MemberSpec[] others = [.. cluster.RequireSpec().Members.Where(other => other.Name != member.Name)];
        ulong?[] indexes = await Task.WhenAll(others.Select(other => IndexOfAsync(other, cancellationToken))).ConfigureAwait(false);
        if (indexes.Max() is not { } newest) return; // alone, or no other answers
        // An earlier run stopped it: its log tells.
        ulong own = _index ?? await ReadLogAsync(cancellationToken).ConfigureAwait(false);
        if (newest <= own + Most) return;
        throw new EtcdException(EtcdErrorIds.UpgradeRefused, string.Create(CultureInfo.InvariantCulture,
            $"While member {member.Name} was stopped, {newest - own} entries were written to the log of the other members. "
                + $"With more than {Most}, etcd 3.0 might need a raft snapshot, which it cannot take from etcd 2.3. It was not started."))
        {
            Target = member.Name,
            NextStep = "Run the command again when clients write less. A smaller data directory is packed faster: the member is stopped meanwhile.",
        };
    }

    private async Task<ulong?> IndexOfAsync(MemberSpec one, CancellationToken cancellationToken)
    {
        try
        {
            return await cluster.Client.ForEndpoint(one.ClientUrl(Tls)).WithCalls(Patience, retry: false)
                .Api2.RaftIndexAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdRpcException)
        {
            return null;
        }
    }

    private async Task<ulong> ReadLogAsync(CancellationToken cancellationToken)
    {
        IHost host = context.HostOf(member);
        RaftFiles files = await RaftFiles.ListAsync(host, member, cancellationToken).ConfigureAwait(false);
        if (files.Segments.Count == 0) return 0;
        string name = files.Segments[^1].Name;
        using var content = new MemoryStream();
        await host.GetFileAsync($"{files.WalFolder}/{name}", content, cancellationToken).ConfigureAwait(false);
        content.Position = 0;
        var reader = new WalReader();
        reader.Add(name, content, cancellationToken);
        ulong first = WalSegmentName.Parse(name)!.Value.FirstIndex; // others are not listed
        return Math.Max(reader.Finish().Last.Index, first == 0 ? 0 : first - 1);
    }
}
