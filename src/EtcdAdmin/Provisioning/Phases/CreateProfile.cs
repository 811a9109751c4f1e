using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Security;
using EtcdAdmin.Text;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>Saves the profile of a new cluster on this machine; with TLS also creates the authority and the operator's certificate.</summary>
internal sealed class CreateProfile(ProvisioningWork work) : Phase(work)
{
    /// <inheritdoc/>
    public override bool IsOnce => true;

    /// <inheritdoc/>
    public override bool IsNeeded(MemberSpec member, MemberJoin? join) => Work.State.Existing is null;

    /// <inheritdoc/>
    public override StepText Text(MemberSpec member, MemberJoin? join) => StepText.Here(
        StepKind.CreateProfile,
        !Work.State.Wanted.Tls ? $"Save the profile of cluster {Work.Name}"
            : Work.State.Wanted.SeparatePeerAuthority
                ? $"{Introduce("for clients", Work.Options.Authority)}, {Introduce("for peers", Work.Options.PeerAuthority, isFirst: false)}, "
                    + $"and save the profile of cluster {Work.Name}"
                : (Work.Options.Authority?.Certificate ?? Work.Options.Signed?.Authority) is { } own
                    ? $"Save the profile of cluster {Work.Name}, with the certificate authority '{own.Subject}'"
                    : $"Create the certificate authority and save the profile of cluster {Work.Name}");

    private static string Introduce(string use, CertificateAuthority? own, bool isFirst = true) => own is null
        ? $"{(isFirst ? "Create" : "create")} the certificate authority {use}"
        : $"{(isFirst ? "Take" : "take")} the certificate authority '{own.Certificate.Subject}' {use}";

    /// <inheritdoc/>
    public override async Task RunAsync(MemberSpec member, MemberJoin? join, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        ClusterTls? tls = Work.Spec.Tls ? await CreateAuthorityAsync(cancellationToken).ConfigureAwait(false) : null;
        Work.Cluster = new EtcdCluster(Work.Name, [.. Work.Spec.Members.Select(known => known.ClientUrl(Work.Spec.Tls))])
        {
            Tls = tls,
            Spec = Work.Spec,
        };
        await Work.Context.Profiles.SaveAsync(Work.Cluster, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ClusterTls> CreateAuthorityAsync(CancellationToken cancellationToken)
    {
        ProfilePki pki = Work.Pki;
        PrivateFolder.Create(Work.Context.Profiles.Folder(Work.Name));
        if (Work.Options.Signed is { } signed)
        {
            await pki.WriteAuthorityAsync(signed.AuthorityPem, cancellationToken).ConfigureAwait(false);
            return new ClusterTls(signed.AuthorityPem, signed.Client.CertificatePem) { KeyPem = signed.Client.KeyPem };
        }

        using CertificateAuthority authority = await CreateAsync(
            pki.Authority, Work.Options.Authority, AuthorityName.Of(Work.Name), cancellationToken).ConfigureAwait(false);
        using CertificateAuthority? peers = Work.Spec.SeparatePeerAuthority
            ? await CreateAsync(pki.PeerAuthority, Work.Options.PeerAuthority, AuthorityName.OfPeers(Work.Name), cancellationToken)
                .ConfigureAwait(false)
            : null;
        IssuedCertificate client = authority.Issue(
            CertificateSpec.Client(ClientIdentity.FirstUser) with { KeyAlgorithm = Work.Options.KeyAlgorithm });
        return new ClusterTls(authority.CertificatePem, client.CertificatePem) { KeyPem = client.KeyPem, PeerCaPem = peers?.CertificatePem };
    }

    // An interrupted attempt may have made it.
    private async Task<CertificateAuthority> CreateAsync(
        AuthorityFiles files, CertificateAuthority? own, string name, CancellationToken cancellationToken)
    {
        if (files.Exist) return await files.ReadAsync(cancellationToken).ConfigureAwait(false);
        CertificateAuthority created = own?.Copy() ?? CertificateAuthority.Create(name, Work.Options.KeyAlgorithm, clock: Work.Context.Clock);
        await files.WriteAsync(created, cancellationToken).ConfigureAwait(false);
        return created;
    }
}
