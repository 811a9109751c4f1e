using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Ownership;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Settings;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Provisioning.Files;
using EtcdAdmin.Provisioning.Volumes;

namespace EtcdAdmin.Provisioning.Survey;

/// <summary>The facts that the planner found, and the wanted specification. The steps follow from them.</summary>
internal sealed record InstallState
{
    /// <summary>The saved cluster; null for a new cluster.</summary>
    public EtcdCluster? Existing { get; init; }

    /// <summary>The wanted specification.</summary>
    public required ClusterSpec Wanted { get; init; }

    /// <summary>The surveys, by host name.</summary>
    public required IReadOnlyDictionary<string, HostSurvey> Surveys { get; init; }

    /// <summary>The members that run, with proved ownership.</summary>
    public required IReadOnlySet<string> Running { get; init; }

    /// <summary>The hosts that lack the wanted release, each with one of its members.</summary>
    public IEnumerable<MemberSpec> HostsWithoutBinary => Surveyed
        .Where(member => !FactsOf(member).HasBinary)
        .DistinctBy(member => (member.HostName, member.BinDirectory));

    /// <summary>Whether the cluster was installed completely.</summary>
    public bool IsInstalled => Existing?.Spec is { Installed: true };

    /// <summary>The facts of a member.</summary>
    public MemberFacts FactsOf(MemberSpec member) => SurveyOf(member).Members[member.Name];

    /// <summary>The owner of the etcd in the place of a member.</summary>
    public MemberOwnership OwnershipOf(MemberSpec member) => Owners[member.Name];

    /// <summary>The owners by member name, for members whose hosts were read.</summary>
    public required IReadOnlyDictionary<string, MemberOwnership> Owners { get; init; }

    /// <summary>Refuses where a host that was read has another etcd in a member's place.</summary>
    /// <exception cref="EtcdException">EtcdExists.</exception>
    /// <exception cref="AggregateException">Several hosts have another etcd.</exception>
    public void RequireOurs(AdminContext context) => new OwnershipReader(context).ThrowIfForeign([.. Owners.Values]);

    /// <summary>The cluster's id; null where it was not read.</summary>
    public ClusterId? Id { get; init; }

    /// <summary>The facts of the device for a member's data; null for a member without a device.</summary>
    public VolumeFacts? VolumeOf(MemberSpec member) => member.Volume is null ? null : SurveyOf(member).Volumes[member.Name];

    /// <summary>Whether the file system for a member's data must still be made or mounted.</summary>
    public bool LacksVolume(MemberSpec member) => VolumeOf(member) is { IsReady: false };

    /// <summary>The platform of a member's host.</summary>
    /// <exception cref="EtcdException">ArchitectureMismatch: etcd is not built for it.</exception>
    public EtcdPlatform PlatformOf(MemberSpec member) =>
        member.Connection is null ? EtcdPlatform.Current : EtcdPlatform.ForLinux(SurveyOf(member).Host.Machine ?? "");

    /// <summary>The hosts of members that were read.</summary>
    private IEnumerable<MemberSpec> Surveyed =>
        Wanted.Members.Where(member => Surveys.TryGetValue(member.HostName, out HostSurvey? survey) && survey.Members.ContainsKey(member.Name));

    /// <summary>The survey of a member's host.</summary>
    public HostSurvey SurveyOf(MemberSpec member) => Surveys[member.HostName];

    /// <summary>Whether the configuration or unit on the host differs from the wanted one.</summary>
    public bool ConfigDiffers(MemberSpec member) =>
        Wanted.VersionOf(member) is null || !MemberFiles.IsConfig(FactsOf(member).ConfigSha256, Wanted, member)
        || (member.Unit is not null && !MemberFiles.IsUnit(FactsOf(member).UnitSha256, ClusterName, member) && !HasEarlierUnit(member));

    /// <summary>Whether the unit is that of an earlier release, which is replaced without a restart.</summary>
    public bool HasEarlierUnit(MemberSpec member) =>
        member.Unit is not null && MemberFiles.IsEarlierUnit(FactsOf(member).UnitSha256, ClusterName, member);

    /// <summary>Further addresses that its certificates must cover; none on this machine, where members call from their own address.</summary>
    public IReadOnlyList<string> CertificateAddresses(MemberSpec member) => member.Connection is null ? [] : SurveyOf(member).Host.Addresses;

    /// <summary>Whether certificates or keys of a member are missing.</summary>
    public bool LacksPki(MemberSpec member) => Wanted.HasCertificates && !FactsOf(member).HasPki;

    /// <summary>The cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The same state, with a member that an earlier step stops.</summary>
    public InstallState WithStopped(MemberSpec member) => this with { Running = new HashSet<string>(Running.Where(name => name != member.Name)) };

    /// <summary>Reads all hosts at once.</summary>
    /// <exception cref="EtcdException">ProfileInvalid: the profile has settings with which no member can start.</exception>
    /// <exception cref="AggregateException">One error for each host that could not be read.</exception>
    public static Task<InstallState> ReadAsync(
        AdminContext context, string name, EtcdCluster? existing, ClusterSpec wanted, CancellationToken cancellationToken) =>
        ReadAsync(context, name, existing, wanted, wanted.Members, cancellationToken);

    /// <summary>Reads the hosts of some members at once.</summary>
    /// <exception cref="AggregateException">One error for each host that could not be read.</exception>
    public static async Task<InstallState> ReadAsync(
        AdminContext context, string name, EtcdCluster? existing, ClusterSpec wanted, IReadOnlyList<MemberSpec> members,
        CancellationToken cancellationToken, ClusterId? id = null)
    {
        // The settings of a new cluster are checked with the version of its package, which may not be known yet.
        if (existing?.Spec is { } kept)
            KeptSettings.Require(name, context.Profiles.FileOf(name), wanted with { Version = wanted.Version ?? kept.Version });
        HostSurvey[] surveys = await HostErrors.WhenAllAsync(members.DistinctBy(member => member.HostName)
            .Select(host => HostSurvey.ReadAsync(context, host, wanted, cancellationToken))).ConfigureAwait(false);
        var byHost = surveys.ToDictionary(survey => survey.Host.HostName, StringComparer.Ordinal);
        var reader = new OwnershipReader(context);
        var owners = new Dictionary<string, MemberOwnership>(StringComparer.Ordinal);
        var running = new HashSet<string>(StringComparer.Ordinal);
        foreach (MemberSpec member in members)
        {
            // A unit of that name may belong to another etcd: the running etcd counts as the member only where that is proved.
            owners[member.Name] =
                await reader.JudgeAsync(existing, member, byHost[member.HostName].Owners[member.Name], cancellationToken, id).ConfigureAwait(false);
            if (owners[member.Name].IsForeign) continue;
            bool runs = member.Unit is not null
                ? byHost[member.HostName].Members[member.Name].ProcessId is not null
                : (await context.ServiceOf(member).GetStateAsync(member, cancellationToken).ConfigureAwait(false)).IsRunning;
            if (runs) running.Add(member.Name);
        }

        return new InstallState
        {
            ClusterName = name,
            Existing = existing,
            Wanted = wanted,
            Surveys = byHost,
            Running = running,
            Owners = owners,
            Id = id,
        };
    }
}
