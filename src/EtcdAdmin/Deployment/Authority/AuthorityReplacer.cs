using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Deployment.Configuration;
using EtcdAdmin.Deployment.Tls;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Authority;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Authority;

/// <summary>Replaces the certificate authorities of a running cluster by new ones, or by some of the operator's own.</summary>
/// <param name="context">The environment.</param>
public sealed class AuthorityReplacer(AdminContext context)
{
    /// <summary>Plans the replacement; reads the cluster and the hosts, and changes nothing. An interrupted one is continued.</summary>
    /// <param name="cluster">A managed cluster with TLS.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="EtcdException">
    /// ClusterNotManaged, MemberNotConverted; NotSupported: the cluster has no TLS. CertificateInvalid: the operator's certificate, or one that was
    /// signed elsewhere. QuorumAtRisk,
    /// NotHealthy: the members. EtcdExists and other problems of the hosts.
    /// </exception>
    /// <exception cref="AggregateException">Problems of several hosts.</exception>
    public async Task<Operation<EtcdAuthority>> PlanAsync(EtcdCluster cluster, AuthorityRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        cluster.RequireSpec();
        // An earlier run may have changed the certificates of the profile.
        EtcdCluster saved =
            (await context.Profiles.LoadAsync(cluster.Name, cancellationToken).ConfigureAwait(false)).WithCredential(cluster.Credential);
        ClusterSpec spec = saved.RequireSpec();
        saved.RequireTls();
        saved.RequireConverted();
        var pki = new ProfilePki(context.Profiles.Folder(saved.Name));
        if (request.KeepsOwn && pki is { HasAuthority: true, HasNextAuthority: false })
            return Kept(saved, request, $"Cluster '{saved.Name}' has an authority of EtcdAdmin already, and keeps it.");
        ScopeGuard.Require(saved, request, pki);
        if (request.SeparatesPeers && spec.SeparatePeerAuthority && !pki.HasNextAuthority)
            return Kept(saved, request, $"Peers of cluster '{saved.Name}' have an authority of their own already.");
        bool separates = request.SeparatesPeers && !spec.SeparatePeerAuthority;
        EtcdCluster target = separates ? PeerSeparation.Wanted(saved) : saved;
        if (request.Emergency) return await PlanEmergencyAsync(saved, request, cancellationToken).ConfigureAwait(false);
        ClientIdentity.Require(saved, context.Clock);
        Membership membership = await Membership.ReadAsync(context, target, cancellationToken).ConfigureAwait(false);
        ProfileComparison.RequireSame(saved, membership.Members);
        InstallState state =
            await InstallState.ReadAsync(context, saved.Name, saved, target.RequireSpec(), cancellationToken).ConfigureAwait(false);
        state.RequireOurs(context);
        if (separates)
        {
            await TlsGuard.RequireFilesAsync(context, saved, state, "a separate authority of peers", cancellationToken)
                .ConfigureAwait(false);
        }

        NextAuthorities next = await FindAsync(target, request, separates, cancellationToken).ConfigureAwait(false);
        var rotation = new AuthorityRotation(
            context, membership, state, next, request.Timeout, separates ? new PeerSeparation(context, saved, state, next.All[0]) : null);
        new RollingRestart(membership).Require(rotation.Restarted, "Replacing the authority");
        if (separates) RestartSpace.Require(state, rotation.Restarted);
        var plan = new PlanBuilder(
            separates
                ? $"Giving peers of cluster {saved.Name} a certificate authority of their own"
                : $"Replacing the certificate authority of cluster {saved.Name}", saved.Name);
        rotation.AddTo(plan);
        return new Operation<EtcdAuthority>(
            plan.Build(),
            next.Clients ? [Warning(saved)] : separates ? [HostsWarning(saved)] : [],
            OperationLock.Of(context, saved.Name, spec.Members),
            again => PlanAsync(cluster, request, again),
            token => ResultAsync(saved.Name, token));
    }

    private async Task<Operation<EtcdAuthority>> PlanEmergencyAsync(
        EtcdCluster saved, AuthorityRequest request, CancellationToken cancellationToken)
    {
        ClusterSpec spec = saved.RequireSpec();
        InstallState state = await InstallState.ReadAsync(context, saved.Name, saved, spec, cancellationToken).ConfigureAwait(false);
        state.RequireOurs(context);
        NextAuthorities next = await FindAsync(saved, request, separates: false, cancellationToken).ConfigureAwait(false);
        var plan = new PlanBuilder($"Replacing the compromised certificate authority of cluster {saved.Name}", saved.Name);
        new EmergencyReplacement(context, saved, state, next, request.Timeout).AddTo(plan);
        return new Operation<EtcdAuthority>(
            plan.Build(),
            [
                $"Cluster '{saved.Name}' does not serve while all its members are stopped at the same time, for some seconds."
                    + (next.Clients
                        ? " From then on it refuses all clients with certificates of the former authority. Give them new ones "
                            + "(Export-EtcdCredential)."
                        : ""),
            ],
            OperationLock.Of(context, saved.Name, spec.Members),
            again => PlanAsync(saved, request, again),
            token => ResultAsync(saved.Name, token));
    }

    private async Task<NextAuthorities> FindAsync(
        EtcdCluster saved, AuthorityRequest request, bool separates, CancellationToken cancellationToken)
    {
        ClusterSpec spec = saved.RequireSpec();
        IReadOnlyList<MemberSpec> members = spec.Members;
        SignedPki? signed = request.SignedElsewhere is not { } given ? null : await new SignedCertificates(given.Folder, context.Clock).ReadAsync(
            given.AuthorityFile, members, await MemberPlace.FindAsync(saved, members, request.Timeout, cancellationToken).ConfigureAwait(false),
            ClientIdentity.UserOf(saved), cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<string, TrustFacts> trust = await TrustFacts.ReadAsync(context, spec, members, cancellationToken).ConfigureAwait(false);
        var all = new List<(NextAuthority, RotationProgress)>();
        foreach (AuthorityScope scope in ScopeGuard.Of(spec, request))
        {
            var next = new NextAuthority(
                context, saved, scope, request.KeyAlgorithm, scope.Clients ? request.Authority : request.PeerAuthority, request.AllowsIntermediate,
                signed)
            {
                IsSeparating = separates,
            };
            all.Add((next, await next.ReadProgressAsync(trust, cancellationToken).ConfigureAwait(false)));
        }

        return new NextAuthorities(all);
    }

    private static string Warning(EtcdCluster cluster) =>
        $"Clients of cluster '{cluster.Name}' that verify members by the former authority, or have certificates of it, are refused as soon as the "
            + "members use the new one. Give them the new authority and new certificates at the same time (Export-EtcdCredential).";

    private static string HostsWarning(EtcdCluster cluster) =>
        $"If the hosts of cluster '{cluster.Name}' renew their certificates themselves, that ends: they cannot issue peer certificates of the new "
            + $"authority. Let this machine renew them: Unregister-EtcdCertificateRenewal {cluster.Name} -OnHost, then "
            + $"Register-EtcdCertificateRenewal {cluster.Name}.";

    private async Task<EtcdAuthority> ResultAsync(string cluster, CancellationToken cancellationToken)
    {
        EtcdCluster after = await context.Profiles.LoadAsync(cluster, cancellationToken).ConfigureAwait(false);
        var pki = new ProfilePki(context.Profiles.Folder(cluster));
        EtcdAuthority authority = await DescribeAsync(after, pki.Authority, cancellationToken).ConfigureAwait(false);
        return after.Tls is { PeerCaPem: not null }
            ? authority with { PeerAuthority = await DescribeAsync(after, pki.PeerAuthority, cancellationToken).ConfigureAwait(false) }
            : authority;
    }

    private static async Task<EtcdAuthority> DescribeAsync(EtcdCluster cluster, AuthorityFiles files, CancellationToken cancellationToken)
    {
        CertificateInfo certificate = await CertificateInfo.ReadAsync(files.File, cancellationToken).ConfigureAwait(false);
        return new EtcdAuthority
        {
            Cluster = cluster,
            Subject = certificate.Subject,
            Thumbprint = certificate.Thumbprint,
            NotAfter = certificate.NotAfter,
            CaFile = files.File,
        };
    }

    private Operation<EtcdAuthority> Kept(EtcdCluster cluster, AuthorityRequest request, string why) => new(
        new PlanBuilder($"Replacing the certificate authority of cluster {cluster.Name}", cluster.Name).Build(),
        [why],
        OperationLock.Of(context, cluster.Name, cluster.RequireSpec().Members),
        again => PlanAsync(cluster, request, again),
        token => ResultAsync(cluster.Name, token));
}
