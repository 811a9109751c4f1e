using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Security;

namespace EtcdAdmin.Provisioning;

/// <summary>
/// Looks, before the first step, whether this machine has what the steps will need from it: the authority that issues certificates, the
/// programs to be installed, the operator's own certificate.
/// </summary>
/// <param name="context">The surroundings.</param>
/// <param name="request">Where etcd comes from.</param>
/// <param name="state">What hosts have and lack.</param>
internal sealed class LocalPrerequisites(AdminContext context, InstallRequest request, InstallState state)
{
    private const string KeepCopy = "It is in the profile of the machine that the cluster was installed from, and in the backups of that machine.";

    /// <summary>Checks what the steps of some members will need.</summary>
    /// <exception cref="EtcdException">CertificateInvalid: the authority or the operator's certificate. PackageNotFound and its like: the programs.</exception>
    public async Task CheckAsync(IReadOnlyList<MemberSpec> members, CancellationToken cancellationToken)
    {
        if (state.Existing is { } existing) ClientIdentity.Require(existing, context.Clock);
        var pki = new ProfilePki(context.Profiles.Folder(request.Name));
        MemberSpec[] lacking = [.. members.Where(member => state.LacksPki(member) && !state.Running.Contains(member.Name))];
        // A new cluster gets a new authority, unless an attempt that was broken off has made one.
        if (lacking.Length > 0 && (state.Existing is not null || pki.HasAuthority)) await CheckAuthorityAsync(pki, lacking, cancellationToken).ConfigureAwait(false);
        foreach (PackageRequest package in PackageRequests(request, state.Wanted.Version, state))
            await new PackageResolver(context.Home).CheckAsync(package, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What has to be resolved for the hosts that lack etcd: one for each platform.</summary>
    public static IEnumerable<PackageRequest> PackageRequests(InstallRequest request, EtcdVersion? held, InstallState state) =>
        state.HostsWithoutBinary.Select(state.PlatformOf).Distinct().Select(platform => new PackageRequest
        {
            Version = held is { } version ? VersionRequest.For(version) : VersionRequest.Parse(request.Package.Version),
            Path = request.Package.Path,
            BaseUrl = request.Package.BaseUrl,
            Platform = platform,
        });

    private async Task CheckAuthorityAsync(ProfilePki pki, IReadOnlyList<MemberSpec> lacking, CancellationToken cancellationToken)
    {
        try
        {
            using CertificateAuthority authority = await pki.ReadAuthorityAsync(cancellationToken).ConfigureAwait(false);
            CertificateCheck.IsValidNow(authority.Certificate, pki.CaFile, context.Clock);
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.CertificateInvalid)
        {
            string who = string.Join(", ", lacking.Select(member => member.Name));
            throw new EtcdException(e.ErrorId,
                $"The authority of cluster '{request.Name}' ({pki.CaFile}, {pki.CaKeyFile}) cannot issue the certificates for {who}, so nothing was begun: {e.Message}", e)
            {
                Target = pki.CaKeyFile,
                NextStep = $"Put the authority's certificate and its key back there, readable for you alone, and run the same command again. {KeepCopy}",
            };
        }
    }
}
