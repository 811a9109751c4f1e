using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Authority;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Phases;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Revocation;

/// <summary>Revokes certificates of a cluster: its authority signs a list, and every member refuses what is on it.</summary>
/// <param name="context">The environment.</param>
public sealed class CertificateRevoker(AdminContext context)
{
    // Earlier ones were not tried. They have the flag since 3.3 (embed/config.go).
    private static readonly EtcdVersion Oldest = new(3, 3, 0);

    /// <summary>Plans the revocation; reads the cluster and the hosts, and changes nothing. An interrupted one is continued.</summary>
    /// <param name="cluster">A managed cluster with TLS.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>An operation with the revoked certificates. Its plan is empty if all are revoked already, and every member knows.</returns>
    /// <exception cref="EtcdException">
    /// ClusterNotManaged, MemberNotConverted; NotSupported: no TLS, or a member before etcd 3.3. InvalidArgument, CertificateInvalid: a
    /// certificate of the request, or the authority. RequestRefused: the cluster needs one of them. QuorumAtRisk, NotHealthy: the members.
    /// </exception>
    /// <exception cref="AggregateException">Problems of several hosts.</exception>
    public async Task<Operation<IReadOnlyList<EtcdRevokedCertificate>>> PlanAsync(
        EtcdCluster cluster, RevocationRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        EtcdCluster saved = await Membership.AsSavedAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        saved.RequireTls();
        saved.RequireConverted();
        RequireVersion(saved);
        var pki = new ProfilePki(context.Profiles.Folder(saved.Name));
        var targets = new RevocationTargets(saved, pki, context.Clock);
        IReadOnlyList<RevokedCertificate> wanted = await targets.FindAsync(request, cancellationToken).ConfigureAwait(false);
        await IssuingAuthority.RequireAsync(pki, saved.Name, "sign a list of revoked certificates", context.Clock, cancellationToken)
            .ConfigureAwait(false);
        Membership membership = await Membership.ReadAsync(context, saved, cancellationToken).ConfigureAwait(false);
        ProfileComparison.RequireSame(saved, membership.Members);
        ClusterSpec spec = saved.RequireSpec();
        IReadOnlyDictionary<string, TrustFacts> facts =
            await TrustFacts.ReadAsync(context, spec, spec.Members, cancellationToken).ConfigureAwait(false);
        targets.RequireSpare(wanted, facts);

        string[] known = [.. (spec.Revocation?.Certificates ?? []).Select(one => one.SerialNumber)];
        RevokedCertificate[] added = [.. wanted.Where(one => !known.Contains(one.SerialNumber))];
        InstallState state = await InstallState.ReadAsync(
            context, saved.Name, saved, spec with { Revocation = spec.Revocation ?? Placeholder }, cancellationToken).ConfigureAwait(false);
        state.RequireOurs(context);
        bool Lacks(MemberSpec member) => !wanted.All(one => facts[member.Name].Revoked.Contains(one.SerialNumber));
        MemberSpec[] restarted = [.. spec.Members.Where(member => state.ConfigDiffers(member) || !state.Running.Contains(member.Name)
            || (request.EndsConnections && (Lacks(member) || facts[member.Name].HasNewRevocations)))];
        IReadOnlyList<HandEdit> edits = await HandEdits.ReadAsync(context, saved, state, restarted, cancellationToken).ConfigureAwait(false);
        new RollingRestart(membership).Require(restarted, "Revoking certificates");
        var plan = new PlanBuilder($"Revoking certificates of cluster {saved.Name}", saved.Name);
        if (added.Length > 0 || restarted.Length > 0 || spec.Members.Any(Lacks))
        {
            KeepHandEdits.AddTo(plan, context, edits);
            new RevocationSteps(context, membership, pki, added, request.Timeout).AddTo(plan, restarted);
        }

        return new Operation<IReadOnlyList<EtcdRevokedCertificate>>(
            plan.Build(),
            [.. Warnings(saved, request)],
            OperationLock.Of(context, saved.Name, spec.Members),
            again => PlanAsync(cluster, request, again),
            token => ResultAsync(saved.Name, wanted, token));
    }

    // Only whether there is a list decides what a configuration says.
    private static CertificateRevocation Placeholder { get; } = new() { Number = 0, Certificates = [], List = "" };

    private static IEnumerable<string> Warnings(EtcdCluster cluster, RevocationRequest request)
    {
        if (!cluster.RequireSpec().RequiresClientCertificates)
        {
            yield return $"Clients of cluster '{cluster.Name}' need no certificate, so a revoked one keeps nobody out. "
                + $"Set-EtcdConfiguration {cluster.Name} -ClientCertificate Required changes that.";
        }

        if (!request.EndsConnections)
        {
            yield return "Connections that are open now continue with the revoked certificates until they end. Without -NoRestart the members are "
                + "restarted one by one, which ends them.";
        }
    }

    private static void RequireVersion(EtcdCluster cluster)
    {
        ClusterSpec spec = cluster.RequireSpec();
        if (spec.Members.FirstOrDefault(member => spec.InstalledVersionOf(member) < Oldest) is not { } old) return;
        throw new EtcdException(EtcdErrorIds.NotSupported,
            $"Member {old.Name} runs etcd {spec.InstalledVersionOf(old)}, which has no list of revoked certificates. Nothing was changed.")
        {
            Target = old.Name,
            NextStep = $"Update the cluster to etcd {Oldest.Major}.{Oldest.Minor} or later first (Update-EtcdCluster), or replace the authority "
                + $"(Update-EtcdCertificateAuthority {cluster.Name}), and give new certificates to the other clients.",
        };
    }

    private async Task<IReadOnlyList<EtcdRevokedCertificate>> ResultAsync(
        string cluster, IReadOnlyList<RevokedCertificate> wanted, CancellationToken cancellationToken)
    {
        EtcdCluster after = await context.Profiles.LoadAsync(cluster, cancellationToken).ConfigureAwait(false);
        ILookup<string, RevokedCertificate> all = (after.Spec?.Revocation?.Certificates ?? []).ToLookup(one => one.SerialNumber);
        return [.. wanted.Select(one => EtcdRevokedCertificate.From(cluster, all[one.SerialNumber].FirstOrDefault() ?? one))];
    }
}
