using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Client.Rpc;
using Wire = Etcdserverpb;

namespace EtcdAdmin.Client;

/// <summary>The cluster's members.</summary>
public sealed class ClusterClient
{
    private readonly EtcdCaller _caller;

    internal ClusterClient(EtcdCaller caller) => _caller = caller;

    /// <summary>Lists the members.</summary>
    /// <param name="linearizable">True, the default, asks the cluster and needs a quorum; false returns the local list of the member that answers.
    /// Before etcd 3.5 the answer is always that local list.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="EtcdRpcException">The call failed.</exception>
    public async Task<MemberList> ListAsync(bool linearizable = true, CancellationToken cancellationToken = default)
    {
        Wire.MemberListResponse response = await _caller.UnaryAsync(
            EtcdMethods.MemberList, new Wire.MemberListRequest { Linearizable = linearizable }, cancellationToken).ConfigureAwait(false);
        return new MemberList(EtcdHeader.From(response.Header), Member.FromAll(response.Members));
    }

    /// <summary>Adds a voting member. It counts for the quorum at once, although it is not started.</summary>
    /// <param name="peerUrls">The URLs for the other members.</param>
    /// <param name="cancellationToken">Cancels the call; the member may be in the list.</param>
    /// <exception cref="EtcdRpcException">PeerUrlExists, NotEnoughStartedMembers, Unhealthy, or the call failed.</exception>
    public Task<MemberAddResult> AddAsync(IEnumerable<Uri> peerUrls, CancellationToken cancellationToken = default) =>
        AddAsync(peerUrls, learner: false, cancellationToken);

    /// <summary>Adds a learner: a member without a vote until it is promoted; since etcd 3.4.</summary>
    /// <param name="peerUrls">The URLs for the other members.</param>
    /// <param name="cancellationToken">Cancels the call; the learner may be in the list.</param>
    /// <exception cref="EtcdRpcException">PeerUrlExists, TooManyLearners, Unhealthy, NotCapable, or the call failed.</exception>
    /// <remarks>A server before 3.4 does not support learners and adds a voting member: read its version first.</remarks>
    public Task<MemberAddResult> AddLearnerAsync(IEnumerable<Uri> peerUrls, CancellationToken cancellationToken = default) =>
        AddAsync(peerUrls, learner: true, cancellationToken);

    /// <summary>Removes a member. Its process stops by itself; its data is kept on its disk.</summary>
    /// <returns>The remaining members.</returns>
    /// <exception cref="EtcdRpcException">MemberNotFound, NotEnoughStartedMembers, Unhealthy, or the call failed.</exception>
    public async Task<IReadOnlyList<Member>> RemoveAsync(MemberId id, CancellationToken cancellationToken = default)
    {
        Wire.MemberRemoveResponse response = await _caller.UnaryAsync(
            EtcdMethods.MemberRemove, new Wire.MemberRemoveRequest { ID = id.Value }, cancellationToken).ConfigureAwait(false);
        return Member.FromAll(response.Members);
    }

    /// <summary>Changes the peer URLs of a member.</summary>
    /// <returns>The members after the change.</returns>
    /// <exception cref="EtcdRpcException">MemberNotFound, PeerUrlExists, MemberBadUrls, or the call failed.</exception>
    public async Task<IReadOnlyList<Member>> UpdateAsync(
        MemberId id, IEnumerable<Uri> peerUrls, CancellationToken cancellationToken = default)
    {
        var request = new Wire.MemberUpdateRequest { ID = id.Value };
        request.PeerURLs.AddRange(peerUrls.Select(Text));
        Wire.MemberUpdateResponse response =
            await _caller.UnaryAsync(EtcdMethods.MemberUpdate, request, cancellationToken).ConfigureAwait(false);
        return Member.FromAll(response.Members);
    }

    /// <summary>Promotes a learner to a voter; since etcd 3.4.</summary>
    /// <returns>The members after the change.</returns>
    /// <exception cref="EtcdRpcException">LearnerNotReady, MemberNotLearner, MemberNotFound, or the call failed.</exception>
    public async Task<IReadOnlyList<Member>> PromoteAsync(MemberId id, CancellationToken cancellationToken = default)
    {
        Wire.MemberPromoteResponse response = await _caller.UnaryAsync(
            EtcdMethods.MemberPromote, new Wire.MemberPromoteRequest { ID = id.Value }, cancellationToken).ConfigureAwait(false);
        return Member.FromAll(response.Members);
    }

    private async Task<MemberAddResult> AddAsync(IEnumerable<Uri> peerUrls, bool learner, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peerUrls);
        var request = new Wire.MemberAddRequest { IsLearner = learner };
        request.PeerURLs.AddRange(peerUrls.Select(Text));
        Wire.MemberAddResponse response =
            await _caller.UnaryAsync(EtcdMethods.MemberAdd, request, cancellationToken).ConfigureAwait(false);
        return new MemberAddResult(
            EtcdHeader.From(response.Header), Member.From(response.Member), Member.FromAll(response.Members));
    }

    // etcd refuses URLs with a path, and Uri.ToString adds one.
    private static string Text(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
