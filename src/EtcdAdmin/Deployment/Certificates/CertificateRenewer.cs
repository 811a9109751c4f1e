using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Authority;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Security;

namespace EtcdAdmin.Deployment.Certificates;

/// <summary>
/// Renews the certificates and keys of members and of the operator, one member after the other, also after they have expired. No member is
/// restarted: etcd reads its certificates at each new connection.
/// </summary>
/// <param name="context">The environment.</param>
public sealed class CertificateRenewer(AdminContext context)
{
    // Earlier members read their certificates only at their start (3.2 and later: pkg/transport/listener.go, GetCertificate).
    private static readonly EtcdVersion Oldest = new(3, 3, 0);

    /// <summary>Plans the renewal; reads the hosts, and changes nothing. The cluster need not serve.</summary>
    /// <param name="cluster">A managed cluster with TLS.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>An operation with the new certificates. Its plan is empty if none is due.</returns>
    /// <exception cref="EtcdException">
    /// ClusterNotManaged, MemberNotConverted, MemberNotFound; NotSupported: the cluster has no TLS, or a member is older than etcd 3.3.
    /// CertificateInvalid: the authority cannot issue certificates. Interrupted: its replacement was begun and not ended.
    /// </exception>
    /// <exception cref="AggregateException">Problems of several hosts.</exception>
    public async Task<Operation<IReadOnlyList<EtcdCertificate>>> PlanAsync(
        EtcdCluster cluster, RenewalRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        cluster.RequireSpec();
        EtcdCluster saved =
            (await context.Profiles.LoadAsync(cluster.Name, cancellationToken).ConfigureAwait(false)).WithCredential(cluster.Credential);
        ClusterSpec spec = saved.RequireSpec();
        saved.RequireTls();
        saved.RequireConverted();
        SignedCertificates? signed = request.SignedFolder is { } folder ? new SignedCertificates(folder, context.Clock) : null;
        MemberSpec[] chosen = ChosenMembers.Of(saved, request.Members);
        if (signed is not null && request.Members.Count == 0) chosen = signed.Find(chosen);
        var pki = new ProfilePki(context.Profiles.Folder(saved.Name));
        if (pki.HasNextAuthority) throw IsReplaced(saved);
        IReadOnlyList<CertificateInfo> authorities = signed is not null ? [] : await IssuingAuthority.RequireAllAsync(
            pki, saved.Name, spec,
            $"issue the certificates for {string.Join(", ", chosen.Select(member => member.Name))}", context.Clock, cancellationToken)
            .ConfigureAwait(false);
        InstallState state = await InstallState.ReadAsync(context, saved.Name, saved, spec, cancellationToken).ConfigureAwait(false);
        state.RequireOurs(context);
        IReadOnlyDictionary<string, TrustFacts> files = await TrustFacts.ReadAsync(context, spec, chosen, cancellationToken).ConfigureAwait(false);

        IReadOnlyDictionary<string, MemberCertificates>? read = signed is null ? null : await signed.ReadAsync(
            chosen, await MemberPlace.FindAsync(saved, chosen, request.Timeout, cancellationToken).ConfigureAwait(false),
            (member, use) => use == CertificateUse.Peer ? files[member.Name].PeerAuthorities : files[member.Name].Authorities, cancellationToken)
            .ConfigureAwait(false);
        var due = new DueCertificates(request, context.Clock);
        MemberSpec[] members =
        [
            .. chosen.Where(member => due.Has(files[member.Name]))
        ];
        RequireReloading(spec, members);
        ClusterHealth health = await CheckAsync(saved, cancellationToken).ConfigureAwait(false);
        var steps = new RenewalSteps(context, saved, request, pki, state, files, health, read);
        var plan = new PlanBuilder($"Renewing certificates of cluster {saved.Name}", saved.Name);
        bool renewsOwn = signed is null && request.Members.Count == 0 && due.Has(saved.Tls?.CertificatePem, saved.Tls?.KeyPem);
        steps.AddTo(plan, members, renewsOwn);
        return new Operation<IReadOnlyList<EtcdCertificate>>(
            plan.Build(),
            Warnings(saved, authorities),
            OperationLock.Of(context, saved.Name, spec.Members),
            again => PlanAsync(cluster, request, again),
            token => ResultAsync(saved.Name, [.. members.Select(member => member.Name)], renewsOwn, request.Timeout, token));
    }

    /// <summary>The health before; no members if the operator's certificate cannot even be used to ask.</summary>
    private async Task<ClusterHealth> CheckAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        try
        {
            return await new HealthChecker(context).CheckAsync(cluster, new HealthOptions { SavesRevision = false }, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.CertificateInvalid)
        {
            return new ClusterHealth([]);
        }
    }

    private static EtcdException IsReplaced(EtcdCluster cluster) => new(EtcdErrorIds.CertificateInvalid,
        $"The authority of cluster '{cluster.Name}' is being replaced, which issues new certificates too. Nothing was changed.")
    {
        Target = cluster.Name,
        NextStep = $"Complete that first: Update-EtcdCertificateAuthority {cluster.Name}.",
    };

    private static void RequireReloading(ClusterSpec spec, IEnumerable<MemberSpec> members)
    {
        if (members.FirstOrDefault(member => spec.InstalledVersionOf(member) < Oldest) is not { } old) return;
        throw new EtcdException(EtcdErrorIds.NotSupported,
            $"Member {old.Name} runs etcd {spec.InstalledVersionOf(old)}, which reads its certificates only when it starts. Nothing was changed.")
        {
            Target = old.Name,
            NextStep = $"Update the cluster to etcd {Oldest.Major}.{Oldest.Minor} or later first (Update-EtcdCluster).",
        };
    }

    private IReadOnlyList<string> Warnings(EtcdCluster cluster, IReadOnlyList<CertificateInfo> authorities)
    {
        DateTimeOffset last = context.Clock.GetUtcNow() + CertificateSpec.DefaultValidity;
        return
        [
            .. authorities.Select((authority, i) => (authority.NotAfter, Use: i > 0 ? " for peers" : ""))
                .Where(one => one.NotAfter < last)
                .Select(one => string.Create(CultureInfo.InvariantCulture,
                    $"The authority{one.Use} of cluster '{cluster.Name}' expires on {one.NotAfter:yyyy-MM-dd}, and the new certificates with it. "
                        + $"Update-EtcdCertificateAuthority {cluster.Name} replaces it.")),
        ];
    }

    private async Task<IReadOnlyList<EtcdCertificate>> ResultAsync(
        string cluster, IReadOnlyList<string> members, bool own, TimeSpan timeout, CancellationToken cancellationToken)
    {
        EtcdCluster after = await context.Profiles.LoadAsync(cluster, cancellationToken).ConfigureAwait(false);
        CertificateListing all = await new CertificateReader(context, HealthOptions.DefaultWarnDays, timeout).ReadAsync(after, cancellationToken)
            .ConfigureAwait(false);
        return
        [
            .. all.Certificates.Where(one => !one.IsServed
                && (one.Member is null ? own && one.Use == CertificateUse.Client : one.Use != CertificateUse.Authority
                    && members.Contains(one.Member))),
        ];
    }
}
