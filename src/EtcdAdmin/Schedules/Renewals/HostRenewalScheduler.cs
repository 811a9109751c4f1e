using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Provisioning.Authority;
using EtcdAdmin.Provisioning.Survey;
using EtcdAdmin.Security;

namespace EtcdAdmin.Schedules.Renewals;

/// <summary>
/// Registers and removes renewals of certificates by the hosts: a systemd timer on each host renews the certificates of its member with an
/// authority of the host, which the cluster's authority has issued, and which may sign only certificates for the names of the host.
/// </summary>
/// <param name="context">The environment.</param>
public sealed class HostRenewalScheduler(AdminContext context)
{
    private readonly ScheduleSteps _steps = new(context);

    /// <summary>Plans to register a renewal. Each registration gives the hosts new authorities.</summary>
    /// <param name="cluster">A managed cluster on hosts, with TLS.</param>
    /// <param name="renewal">The renewal.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">
    /// ClusterNotManaged; NotSupported: the members are on this machine, the authority allows none below it, or peers have a separate one.
    /// SpecInvalid: the days.
    /// CertificateInvalid: the authority. HostNotSupported: a host cannot do it. Or why a host cannot be managed.
    /// </exception>
    /// <exception cref="AggregateException">The errors of several hosts.</exception>
    public async Task<Operation<IReadOnlyList<EtcdCertificateRenewal>>> PlanRegisterAsync(
        EtcdCluster cluster, HostRenewal renewal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(renewal);
        cluster.RequireSpec();
        EtcdCluster saved = await context.Profiles.LoadAsync(cluster.Name, cancellationToken).ConfigureAwait(false);
        ClusterSpec spec = saved.RequireSpec();
        saved.RequireTls();
        saved.RequireConverted();
        if (spec.SeparatePeerAuthority) throw HasTwo(saved);
        IReadOnlyList<MemberPlaces> hosts = ScheduleHosts.Of(saved, ScheduleKind.HostRenewal);
        RequireDays(saved.Name, renewal);
        var pki = new ProfilePki(context.Profiles.Folder(saved.Name));
        await IssuingAuthority.RequireAsync(pki, saved.Name, "issue the authorities of its hosts", context.Clock, cancellationToken)
            .ConfigureAwait(false);
        using CertificateAuthority authority = await pki.ReadAuthorityAsync(cancellationToken).ConfigureAwait(false);
        if (!authority.AllowsIntermediate) throw AllowsNone(saved);
        InstallState state = await InstallState.ReadAsync(context, saved.Name, saved, spec, cancellationToken).ConfigureAwait(false);
        state.RequireOurs(context);
        IReadOnlyDictionary<string, TrustFacts> files =
            await TrustFacts.ReadAsync(context, spec, spec.Members, cancellationToken).ConfigureAwait(false);
        var reached = new ReachedHosts<(ScheduleFacts Survey, ScheduleFacts Tools, ScheduleFacts Present)>();
        await reached.AskAsync(hosts, renewal.Force, async places => (
            await _steps.SurveyAsync(saved, places, null, renewal.Times, cancellationToken).ConfigureAwait(false),
            await ToolsAsync(places, cancellationToken).ConfigureAwait(false),
            await ScheduleFacts.ReadAsync(context, places, cancellationToken).ConfigureAwait(false))).ConfigureAwait(false);
        ScheduleSurvey.ThrowIfAny([.. reached.Answers.SelectMany(answer => new[] { answer.Answer.Survey, answer.Answer.Tools }
            .SelectMany(facts => ScheduleSurvey.Problems(
                answer.Places, facts, "renew the certificates of its member",
                $"let this machine do it (Register-EtcdCertificateRenewal {saved.Name}).", ".")))]);

        ScheduleChange[] changes =
        [
            .. reached.Answers.Select(answer => new ScheduleChange(
                answer.Places,
                new HostRenewalFiles(answer.Places, renewal).All(authority.IssueAuthority(
                    $"{saved.Name} {answer.Places.Member.Name} CA", NamesOf(answer.Places.Member, state, files), renewal.KeyAlgorithm,
                    TimeSpan.FromDays(renewal.AuthorityDays))),
                answer.Answer.Present)),
        ];
        var plan = new PlanBuilder($"Registering the certificate renewal of cluster {saved.Name} on its hosts", saved.Name);
        _steps.AddStart(
            plan, changes, renewal.Times,
            $"and an authority of this host that may sign only for its names, for {renewal.AuthorityDays} days; it renews certificates "
                + $"that are valid for fewer than {renewal.DaysLeft} days",
            "issue certificates that the members trust",
            string.Create(CultureInfo.InvariantCulture, $"{renewal.DaysLeft} {renewal.ValidDays} {renewal.AuthorityDays}"));
        _steps.AddEnd(plan, changes);
        return new Operation<IReadOnlyList<EtcdCertificateRenewal>>(
            plan.Build(),
            [
                .. reached.Warnings,
                $"Anyone with root access to a host of cluster '{saved.Name}' can sign client certificates for any user with the authority of that "
                    + $"host, until it expires in {renewal.AuthorityDays} days. Update-EtcdCertificateAuthority {saved.Name} -Emergency ends that.",
            ],
            OperationLock.Of(context, saved.Name, spec.Members),
            again => PlanRegisterAsync(cluster, renewal, again),
            read => new HostRenewalReader(context).ReadAsync(saved, read));
    }

    /// <summary>Plans to remove a renewal from the hosts, with their authorities.</summary>
    /// <param name="cluster">A managed cluster on hosts.</param>
    /// <param name="force">Leaves hosts that cannot be managed now unchanged.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">ClusterNotManaged, NotSupported; or why a host cannot be managed.</exception>
    /// <exception cref="AggregateException">Several hosts cannot be managed.</exception>
    public async Task<Operation<IReadOnlyList<EtcdCertificateRenewal>>> PlanUnregisterAsync(
        EtcdCluster cluster, bool force, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return await _steps.PlanRemoveAsync(
            cluster, ScheduleKind.HostRenewal, force, _ => ", with the authority of this host",
            read => new HostRenewalReader(context).ReadAsync(cluster, read), cancellationToken).ConfigureAwait(false);
    }

    // The names of the present certificates, and those that an operator has added to them.
    private static IReadOnlyList<string> NamesOf(MemberSpec member, InstallState state, IReadOnlyDictionary<string, TrustFacts> files) =>
    [
        member.Name, member.Address, "localhost", "127.0.0.1", "::1", .. state.CertificateAddresses(member),
        .. new[] { files[member.Name].ServerCertificate, files[member.Name].PeerCertificate }
            .SelectMany(pem => CertificateInfo.FromPem(pem).SubjectAlternativeNames),
    ];

    private async Task<ScheduleFacts> ToolsAsync(MemberPlaces places, CancellationToken cancellationToken) => new(
        await places.HostIn(context).RunRequiredAsync(
            "check whether it can issue certificates",
            new HostScript(HostRenewalFiles.Survey) { Arguments = [places.Member.User ?? ""] }, cancellationToken).ConfigureAwait(false));

    private static void RequireDays(string cluster, HostRenewal renewal)
    {
        if (renewal.DaysLeft < renewal.ValidDays && renewal.ValidDays <= renewal.AuthorityDays) return;
        throw new EtcdException(EtcdErrorIds.SpecInvalid,
            $"Certificates that are valid for {renewal.ValidDays} days cannot be renewed {renewal.DaysLeft} days before they expire, by an authority "
                + $"that is valid for {renewal.AuthorityDays} days.")
        {
            Target = cluster,
            NextStep = "Use -DaysLeft less than -ValidDays, and -ValidDays not more than -AuthorityDays.",
        };
    }

    private static EtcdException HasTwo(EtcdCluster cluster) => new(EtcdErrorIds.NotSupported,
        $"Cluster '{cluster.Name}' has an authority for clients and another one for peers. Its hosts would need an authority below each of them, "
            + "which is not supported. Nothing was changed.")
    {
        Target = cluster.Name,
        NextStep = $"Let this machine renew the certificates: Register-EtcdCertificateRenewal {cluster.Name}.",
    };

    private static EtcdException AllowsNone(EtcdCluster cluster) => new(EtcdErrorIds.NotSupported,
        $"The certificate authority of cluster '{cluster.Name}' allows no authorities below it (its path length is 0), so its hosts cannot have "
            + "authorities of their own. Nothing was changed.")
    {
        Target = cluster.Name,
        NextStep = $"Replace it by one that allows them: Update-EtcdCertificateAuthority {cluster.Name} -AllowIntermediate. Or let this machine "
            + $"renew the certificates: Register-EtcdCertificateRenewal {cluster.Name}.",
    };
}
