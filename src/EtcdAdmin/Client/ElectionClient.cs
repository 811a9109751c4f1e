using System.Runtime.CompilerServices;
using System.Text;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Client.Rpc;
using Google.Protobuf;

namespace EtcdAdmin.Client;

/// <summary>Proof that one leads an election.</summary>
/// <param name="Name">The election.</param>
/// <param name="Key">Exists as long as one leads.</param>
/// <param name="Revision">The key's create revision.</param>
/// <param name="Lease">The leadership goes with it.</param>
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

/// <summary>Elections among clients, kept by the cluster. They have nothing to do with the leader among its members.</summary>
public sealed class ElectionClient
{
    private readonly EtcdCaller _caller;

    internal ElectionClient(EtcdCaller caller) => _caller = caller;

    /// <summary>Waits until elected; only the token bounds the wait.</summary>
    /// <param name="name">The election.</param>
    /// <param name="lease">The leadership goes with it, so keep it alive.</param>
    /// <param name="value">What the leader says of itself.</param>
    /// <param name="cancellationToken">Gives up; who was elected at that moment stays so until the lease ends.</param>
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

    /// <summary>Says something else as the leader.</summary>
    /// <exception cref="EtcdRpcException">ElectionNotLeader, or the call failed.</exception>
    public Task ProclaimAsync(LeaderKey leader, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(leader);
        return _caller.UnaryAsync(EtcdMethods.Proclaim,
            new Wire.ProclaimRequest { Leader = leader.ToWire(), Value = ByteString.CopyFrom(value.Span) }, cancellationToken);
    }

    /// <summary>The leader's key and what it says.</summary>
    /// <exception cref="EtcdRpcException">ElectionNoLeader, or the call failed.</exception>
    public async Task<EtcdKeyValue> LeaderAsync(string name, CancellationToken cancellationToken = default)
    {
        Wire.LeaderResponse response =
            await _caller.UnaryAsync(EtcdMethods.Leader, LeaderRequest(name), cancellationToken).ConfigureAwait(false);
        return EtcdKeyValue.From(response.Kv);
    }

    /// <summary>Tells the leader and every change of it or of what it says. Nothing comes while there is no leader.</summary>
    /// <exception cref="EtcdRpcException">The stream broke, or the call failed.</exception>
    public async IAsyncEnumerable<EtcdKeyValue> ObserveAsync(
        string name, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using GrpcResponse response = await _caller
            .OpenStreamAsync(EtcdMethods.Observe, LeaderRequest(name), cancellationToken).ConfigureAwait(false);
        while (await response.ReadAsync(cancellationToken).ConfigureAwait(false) is { } message)
            yield return EtcdKeyValue.From(GrpcMessages.Parse(EtcdMethods.Observe, message, response.Endpoint).Kv);
    }

    /// <summary>Gives the leadership up; one that is gone already is not an error.</summary>
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
