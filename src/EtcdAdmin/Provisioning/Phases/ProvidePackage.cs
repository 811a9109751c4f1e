using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Events;
using EtcdAdmin.Packages;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning.Settings;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>Provides the programs on this machine, for each processor architecture of the hosts that lack them.</summary>
internal sealed class ProvidePackage(ProvisioningWork work) : Phase(work)
{
    /// <inheritdoc/>
    public override bool IsOnce => true;

    private string Wanted =>
        Held.Length > 0 ? string.Join(", ", Held)
        : Work.Options.Package.Path is { } path ? $"from {path}"
        : Work.Options.Package.Version is { IsNewest: false } asked ? asked.ToString() : "(the newest)";

    private EtcdVersion[] Held => [.. Work.State.HostsWithoutBinary.Select(Work.State.Wanted.VersionOf).OfType<EtcdVersion>().Distinct().Order()];

    /// <inheritdoc/>
    public override async Task PrepareAsync(IReadOnlyList<MemberSpec> members, CancellationToken cancellationToken)
    {
        foreach (PackageRequest package in Requests(Work.State.Wanted))
            await new PackageResolver(Work.Context.Home).CheckAsync(package, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override bool IsNeeded(MemberSpec member, MemberJoin? join) => Work.State.HostsWithoutBinary.Any();

    /// <inheritdoc/>
    public override StepText Text(MemberSpec member, MemberJoin? join) =>
        StepText.Here(StepKind.ProvidePackage, $"Provide etcd {Wanted}") with { Detail = Wanted };

    /// <inheritdoc/>
    public override async Task RunAsync(MemberSpec member, MemberJoin? join, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        foreach (PackageRequest wanted in Requests(Work.Spec))
        {
            // The first package decides the version, so that hosts with other architectures get the same version.
            PackageRequest same = wanted.Version.Exact is null && Work.Spec.Version is { } chosen
                ? wanted with { Version = VersionRequest.For(chosen) }
                : wanted;
            EtcdPackage package = await new PackageResolver(Work.Context.Home).ResolveAsync(same, events, cancellationToken).ConfigureAwait(false);
            Work.Packages[(wanted.Platform, package.Version)] = package;
            Work.Spec = Work.Spec with { Version = Work.Spec.Version ?? package.Version };
            // The planner may not have known the version; nothing is written yet.
            if (Work.State.Existing is null) new SettingRules(package.Version, Work.Options.ForceSettings).CheckRelease(Work.Spec.Tuning);
        }
    }

    private IEnumerable<PackageRequest> Requests(ClusterSpec spec) =>
        Work.State.HostsWithoutBinary.Select(member => (Platform: Work.State.PlatformOf(member), Version: spec.VersionOf(member))).Distinct()
            .Select(wanted => Work.Options.Package with
            {
                Version = wanted.Version is { } version ? VersionRequest.For(version) : Work.Options.Package.Version,
                Platform = wanted.Platform,
            });
}
