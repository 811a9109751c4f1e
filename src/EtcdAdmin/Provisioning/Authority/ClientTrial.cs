using EtcdAdmin.Client.Handshakes;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Text;

namespace EtcdAdmin.Provisioning.Authority;

/// <summary>Live handshakes from this machine with every client and peer URL of a cluster that an authority is for, with one credential.</summary>
/// <param name="context">The environment.</param>
/// <param name="client">The cluster, with the trust and the client certificate of the credential.</param>
/// <param name="name">The credential, for messages.</param>
/// <param name="scope">Whose URLs.</param>
internal sealed class ClientTrial(AdminContext context, EtcdCluster client, string name, AuthorityScope scope)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>The credential, for messages.</summary>
    public string Name => name;

    /// <summary>The certificate.</summary>
    public string? CertificatePem => client.Tls?.CertificatePem;

    /// <summary>Makes the handshakes, all at once. A client that trusts the system's authorities does not check the members: it cannot know the
    /// new authority.</summary>
    public Task<IReadOnlyList<TrialResult>> MakeAsync(CancellationToken cancellationToken) =>
        MakeAsync(client.RequireSpec().Members, cancellationToken);

    /// <summary>The same with some members.</summary>
    public async Task<IReadOnlyList<TrialResult>> MakeAsync(IReadOnlyList<MemberSpec> members, CancellationToken cancellationToken)
    {
        var probe = new HandshakeProbe(client.Client.Options.Tls, Limit, context.Clock);
        return await Task.WhenAll(members
            .SelectMany(member => new[] { (member, Url: member.ClientUrl(true), IsPeer: false), (member, Url: member.PeerUrl(true), IsPeer: true) })
            .Where(place => place.IsPeer ? scope.Peers : scope.Clients)
            .Select(async place => new TrialResult(
                place.member.Name, place.Url, place.IsPeer, client.Tls is { CaPem: not null },
                await probe.MakeAsync(place.Url, withCertificate: true, cancellationToken).ConfigureAwait(false)))).ConfigureAwait(false);
    }

    /// <summary>Whether a URL answers clients that show no certificate.</summary>
    public async Task<bool> AnswersAnyoneAsync(Uri url, CancellationToken cancellationToken) =>
        (await new HandshakeProbe(client.Client.Options.Tls, Limit, context.Clock).MakeAsync(url, withCertificate: false, cancellationToken)
            .ConfigureAwait(false)).Answered;
}

/// <summary>One handshake.</summary>
/// <param name="Member">The member.</param>
/// <param name="Url">Its URL.</param>
/// <param name="IsPeer">Whether it is its peer URL.</param>
/// <param name="ChecksMember">Whether the certificate of the member counts.</param>
/// <param name="Handshake">What came of it.</param>
internal sealed record TrialResult(string Member, Uri Url, bool IsPeer, bool ChecksMember, Handshake Handshake)
{
    /// <summary>Whether this machine trusts the member, and the member answered it.</summary>
    public bool IsAccepted => Handshake.Answered && (!ChecksMember || Handshake.Findings is []);

    /// <summary>Whether the member ended the connection because of this machine's certificate. With TLS 1.2 (etcd 3.3), it does so before the
    /// platform tells what the member showed.</summary>
    public bool IsRefused => Handshake is { Answered: false, IsConnected: true, Failure: not OperationCanceledException };

    /// <summary>Whether no connection came about at all, as behind a firewall.</summary>
    public bool IsUnreachable => Handshake is { Answered: false, IsConnected: false };

    /// <summary>What is wrong, without a full stop.</summary>
    public string Reason => (Handshake.Findings is [var finding, ..] ? finding.Text
        : Handshake.Failure is OperationCanceledException ? "it did not answer in time"
        : Handshake.Failure?.Message ?? "it answered").TrimEnd('.');

    /// <summary>The place, for messages.</summary>
    public string Place => $"{EndpointUrl.Show(Url)} ({(IsPeer ? "peers" : "clients")})";
}
