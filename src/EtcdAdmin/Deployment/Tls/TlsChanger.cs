using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Deployment.Configuration;
using EtcdAdmin.Errors;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Provisioning.Tls;

namespace EtcdAdmin.Deployment.Tls;

/// <summary>Turns TLS of a running cluster on or off, one member after the other, without losing the quorum.</summary>
/// <param name="context">The environment.</param>
public sealed class TlsChanger(AdminContext context)
{
    /// <summary>Plans the change; reads the cluster and the hosts, and changes nothing. An interrupted change is continued or taken back.</summary>
    /// <param name="cluster">A managed cluster.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>An operation. Its plan is empty where all members are in that stage already.</returns>
    /// <exception cref="EtcdException">
    /// ClusterNotManaged, MemberNotConverted, HandEdited, EtcdExists, QuorumAtRisk, NotHealthy, ProfileOutdated, CertificateInvalid: see their text.
    /// NotSupported: the version cannot do it. InvalidArgument, SpecInvalid: the request does not fit the cluster. Any problem of a host.
    /// </exception>
    /// <exception cref="AggregateException">Problems of several hosts.</exception>
    public async Task<Operation<EtcdCluster>> PlanAsync(EtcdCluster cluster, TlsRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        cluster.RequireSpec();
        // An earlier run may have changed endpoints and certificates of the profile.
        EtcdCluster saved =
            (await context.Profiles.LoadAsync(cluster.Name, cancellationToken).ConfigureAwait(false)).WithCredential(cluster.Credential);
        ClusterSpec spec = saved.RequireSpec();
        saved.RequireConverted();
        TlsGuard.Require(saved, request);
        IReadOnlyList<TlsStage> route = TlsRoute.To(spec, request.Stage);
        var plan = new PlanBuilder($"{(request.Stage == TlsStage.None ? "Turning TLS off" : "Turning TLS on")} in cluster {saved.Name}", saved.Name);
        IReadOnlyList<string> warnings = [$"All members of cluster '{saved.Name}' {TlsText.Of(request.Stage)} already."];
        if (route.Count > 0)
        {
            new GivenAuthorities(request.Authority, request.PeerAuthority).Require(saved.Name);
            await AddStepsAsync(plan, saved, request, route, cancellationToken).ConfigureAwait(false);
            warnings = TlsWarnings.Of(saved.Name, spec, request.Stage);
        }

        return new Operation<EtcdCluster>(
            plan.Build(),
            warnings,
            OperationLock.Of(context, saved.Name, spec.Members),
            again => PlanAsync(cluster, request, again),
            async token => (await context.Profiles.LoadAsync(saved.Name, token).ConfigureAwait(false)).WithCredential(cluster.Credential));
    }

    private async Task AddStepsAsync(
        PlanBuilder plan, EtcdCluster saved, TlsRequest request, IReadOnlyList<TlsStage> route, CancellationToken cancellationToken)
    {
        ClusterSpec spec = saved.RequireSpec();
        ClientIdentity.Require(saved, context.Clock);
        Membership membership = await Membership.ReadAsync(context, saved, cancellationToken).ConfigureAwait(false);
        ProfileComparison.RequireSame(saved, membership.Members);
        TlsGuard.RequireServing(saved, membership.Health);
        await TlsGuard.RequireUserAsync(saved, request, cancellationToken).ConfigureAwait(false);
        InstallState state = await InstallState.ReadAsync(context, saved.Name, saved, spec, cancellationToken).ConfigureAwait(false);
        await TlsGuard.RequireFilesAsync(context, saved, state, "a change of TLS", cancellationToken).ConfigureAwait(false);

        var issuer = new TlsIssuer(
            context, saved.Name, request.KeyAlgorithm, new GivenAuthorities(request.Authority, request.PeerAuthority));
        if (spec.TlsChange is not null) await issuer.RequireSameAsync(cancellationToken).ConfigureAwait(false);
        (TlsStage Lowest, TlsStage Highest) present = TlsRoute.Present(spec);
        IReadOnlyDictionary<string, IReadOnlyList<Uri>> urls = spec.Members.ToDictionary(
            member => member.Name, member => (membership.Find(member) ?? throw NotFound(saved, member)).PeerUrls, StringComparer.Ordinal);
        // Another authority has revoked nothing, and etcd refuses a list that it did not sign.
        bool keepsList = spec.Revocation is null || present.Lowest > TlsStage.None || await issuer.KeepsAuthorityAsync(cancellationToken)
            .ConfigureAwait(false);
        ClusterSpec wanted = keepsList ? spec : spec with { Revocation = null };
        wanted = wanted with { SeparatePeerAuthority = spec.SeparatePeerAuthority || request.WantsPeerAuthority };
        var rolls = new List<TlsRoll>();
        foreach (TlsStage stage in route)
        {
            TlsChange change = TlsRoute.Towards(present, stage);
            var roll = new TlsRoll(context, membership, state, issuer, request.Timeout)
            {
                Before = rolls.Count == 0 ? spec : rolls[^1].After,
                During = wanted.AtTls(stage, change),
                // Members without TLS that have certificates are in no lasting state.
                After = wanted.AtTls(stage, stage == TlsStage.Prepared ? new TlsChange(stage, stage, stage) : null),
                PeerUrls = urls,
            };
            rolls.Add(roll);
            (present, urls) = ((stage, stage), roll.PeerUrlsAfter);
        }

        MemberSpec[] changed = [.. rolls.SelectMany(roll => roll.Changed).DistinctBy(member => member.Name)];
        new RollingRestart(membership).Require(changed, "Turning TLS on or off");
        if (changed.FirstOrDefault(member => !state.FactsOf(member).HasData) is { } lost) throw MemberDataCheck.Lost(lost);
        RestartSpace.Require(state, changed);
        foreach (TlsRoll roll in rolls) roll.AddTo(plan);
    }

    // ProfileComparison has found all members.
    private static EtcdException NotFound(EtcdCluster cluster, MemberSpec member) => new(
        EtcdErrorIds.ProfileOutdated, $"Member {member.Name} of the profile is not in cluster '{cluster.Name}'.")
    {
        Target = cluster.Name,
    };
}
