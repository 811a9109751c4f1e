using System.Runtime.CompilerServices;
using System.Text;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Client.Rpc;
using Google.Protobuf;
using Wire = V3Electionpb;

namespace EtcdAdmin.Client;

/// <summary>The proof of leadership in an election.</summary>
/// <param name="Name">The election.</param>
/// <param name="Key">Exists as long as the leadership.</param>
/// <param name="Revision">The key's create revision.</param>
/// <param name="Lease">The leadership ends with this lease.</param>
public sealed record LeaderKey(ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Key, long Revision, LeaseId Lease)
{
    internal static LeaderKey From(Wire.LeaderKey key) => new(key.Name.Memory, key.Key.Memory, key.Rev, new LeaseId(key.Lease));

    internal Wire.LeaderKey ToWire() => new()
    {
        Name = ByteString.CopyFrom(Name.Span),
        Key = ByteString.CopyFrom(Key.Span),
        Rev = Revision,
        Lease = Lease.Value,
    };
}

/// <summary>Elections among clients, stored in the cluster. They are unrelated to the leader among its members.</summary>
public sealed class ElectionClient
{
    private readonly EtcdCaller _caller;

    internal ElectionClient(EtcdCaller caller) => _caller = caller;

    /// <summary>Waits until elected; only the token limits the wait.</summary>
    /// <param name="name">The election.</param>
    /// <param name="lease">The leadership ends with this lease, so keep it alive.</param>
    /// <param name="value">The value that the leader publishes.</param>
    /// <param name="cancellationToken">Cancels the wait; an election at that moment is kept until the lease ends.</param>
    /// <exception cref="EtcdRpcException">LeaseNotFound, or the call failed.</exception>
    public async Task<LeaderKey> CampaignAsync(
        string name, LeaseId lease, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var request = new Wire.CampaignRequest
        {
            Name = ByteString.CopyFrom(name, Encoding.UTF8),
            Lease = lease.Value,
            Value = ByteString.CopyFrom(value.Span),
        };
        Wire.CampaignResponse response =
            await _caller.UnaryAsync(EtcdMethods.Campaign, request, cancellationToken).ConfigureAwait(false);
        return LeaderKey.From(response.Leader);
    }

    /// <summary>Publishes another value as the leader.</summary>
    /// <exception cref="EtcdRpcException">ElectionNotLeader, or the call failed.</exception>
    public Task ProclaimAsync(LeaderKey leader, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(leader);
        return _caller.UnaryAsync(EtcdMethods.Proclaim,
            new Wire.ProclaimRequest { Leader = leader.ToWire(), Value = ByteString.CopyFrom(value.Span) }, cancellationToken);
    }

    /// <summary>The leader's key and its value.</summary>
    /// <exception cref="EtcdRpcException">ElectionNoLeader, or the call failed.</exception>
    public async Task<EtcdKeyValue> LeaderAsync(string name, CancellationToken cancellationToken = default)
    {
        Wire.LeaderResponse response =
            await _caller.UnaryAsync(EtcdMethods.Leader, LeaderRequest(name), cancellationToken).ConfigureAwait(false);
        return EtcdKeyValue.From(response.Kv);
    }

    /// <summary>Reports the leader and each change of the leader or its value. Without a leader it reports nothing.</summary>
    /// <exception cref="EtcdRpcException">The stream broke, or the call failed.</exception>
    public async IAsyncEnumerable<EtcdKeyValue> ObserveAsync(
        string name, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using CallStream<Wire.LeaderRequest, Wire.LeaderResponse> stream = await _caller
            .OpenStreamAsync(EtcdMethods.Observe, LeaderRequest(name), cancellationToken).ConfigureAwait(false);
        while (await stream.ReadAsync(cancellationToken).ConfigureAwait(false) is { } response) yield return EtcdKeyValue.From(response.Kv);
    }

    /// <summary>Ends the leadership; a leadership that has ended already is not an error.</summary>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public Task ResignAsync(LeaderKey leader, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(leader);
        return _caller.UnaryAsync(EtcdMethods.Resign, new Wire.ResignRequest { Leader = leader.ToWire() }, cancellationToken);
    }

    private static Wire.LeaderRequest LeaderRequest(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new Wire.LeaderRequest { Name = ByteString.CopyFrom(name, Encoding.UTF8) };
    }
}
