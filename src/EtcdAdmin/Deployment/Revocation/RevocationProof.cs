using EtcdAdmin.Client.Handshakes;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Security;
using EtcdAdmin.Text;

namespace EtcdAdmin.Deployment.Revocation;

/// <summary>
/// Proves that members use a list: they refuse a certificate that was issued and revoked only for this proof, and accept that of this machine. The
/// keys of the certificates that matter are not here.
/// </summary>
/// <param name="context">The environment.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="revoked">The certificate for the proof.</param>
internal sealed class RevocationProof(AdminContext context, EtcdCluster cluster, IssuedCertificate revoked)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>The lifetime of the certificate for the proof, after which a later list leaves it out.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromHours(1);

    /// <summary>The common name of the certificate for the proof.</summary>
    public const string CommonName = "etcdadmin-revocation-proof";

    /// <summary>Looks at the URLs of a member.</summary>
    /// <exception cref="EtcdException">CertificateInvalid: it accepts the revoked certificate, or refuses that of this machine.</exception>
    public async Task RequireAsync(MemberSpec member, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        // Without client certificates there is nothing to refuse.
        if (cluster.RequireSpec().RequiresClientCertificates)
        {
            if (await RefusesOwnAsync(member.ClientUrl(true), cancellationToken).ConfigureAwait(false) is { } reason)
                throw Refused(member, member.ClientUrl(true), reason);
            await RequireRefusalAsync(member, member.ClientUrl(true), cancellationToken).ConfigureAwait(false);
        }

        if (await RefusesOwnAsync(member.PeerUrl(true), cancellationToken).ConfigureAwait(false) is null)
            await RequireRefusalAsync(member, member.PeerUrl(true), cancellationToken).ConfigureAwait(false);
        else
            events.Message($"This machine cannot reach the peer port of member {member.Name}, so only its client port was tried.");
    }

    private async Task<string?> RefusesOwnAsync(Uri url, CancellationToken cancellationToken)
    {
        Handshake made = await MakeAsync(cluster.Tls?.CertificatePem, cluster.Tls?.KeyPem, url, cancellationToken).ConfigureAwait(false);
        return made.Answered ? null : made.Failure?.Message ?? "it did not answer.";
    }

    private async Task RequireRefusalAsync(MemberSpec member, Uri url, CancellationToken cancellationToken)
    {
        Handshake made = await MakeAsync(revoked.CertificatePem, revoked.KeyPem, url, cancellationToken).ConfigureAwait(false);
        if (!made.Answered) return;
        throw new EtcdException(EtcdErrorIds.CertificateInvalid,
            $"Member {member.Name} accepts a revoked certificate at {EndpointUrl.Show(url)}. The list was written, but the member does not use it.")
        {
            Target = member.Name,
            NextStep = $"Check whether another program answers at this address, and the file {member.Layout.RevocationFile} on "
                + $"{member.HostName}; then run the same command again.",
        };
    }

    private async Task<Handshake> MakeAsync(string? certificate, string? key, Uri url, CancellationToken cancellationToken)
    {
        var tls = EtcdTls.FromPem(cluster.Tls?.CaPem, certificate, key);
        return await new HandshakeProbe(tls, Limit, context.Clock).MakeAsync(url, withCertificate: true, cancellationToken).ConfigureAwait(false);
    }

    private static EtcdException Refused(MemberSpec member, Uri url, string reason) => new(EtcdErrorIds.CertificateInvalid,
        $"Member {member.Name} refuses this machine's own certificate at {EndpointUrl.Show(url)}: {reason}")
    {
        Target = member.Name,
        NextStep = "Read the member's log, then run the same command again.",
    };
}
