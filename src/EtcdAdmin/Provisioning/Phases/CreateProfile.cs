using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
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
            : (Work.Options.Authority?.Certificate ?? Work.Options.Signed?.Authority) is { } own
                ? $"Save the profile of cluster {Work.Name}, with the certificate authority '{own.Subject}'"
                : $"Create the certificate authority and save the profile of cluster {Work.Name}");

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

        using CertificateAuthority authority = pki.HasAuthority
            ? await pki.ReadAuthorityAsync(cancellationToken).ConfigureAwait(false)
            : Work.Options.Authority?.Copy()
                ?? CertificateAuthority.Create($"{Work.Name} CA", Work.Options.KeyAlgorithm, clock: Work.Context.Clock);
        await pki.WriteAuthorityAsync(authority, cancellationToken).ConfigureAwait(false);
        IssuedCertificate client = authority.Issue(
            CertificateSpec.Client(ClientIdentity.FirstUser) with { KeyAlgorithm = Work.Options.KeyAlgorithm });
        return new ClusterTls(authority.CertificatePem, client.CertificatePem) { KeyPem = client.KeyPem };
    }
}
