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
        Work.State.Wanted.Version is { } held ? held.ToString()
        : Work.Options.Package.Path is { } path ? $"from {path}"
        : Work.Options.Package.Version is { IsNewest: false } asked ? asked.ToString() : "(the newest)";

    /// <inheritdoc/>
    public override async Task PrepareAsync(IReadOnlyList<MemberSpec> members, CancellationToken cancellationToken)
    {
        foreach (PackageRequest package in Requests(Work.State.Wanted.Version))
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
        foreach (PackageRequest wanted in Requests(Work.Spec.Version))
        {
            // The first package decides the version, so that hosts with other architectures get the same version.
            PackageRequest same = Work.Spec.Version is { } held ? wanted with { Version = VersionRequest.For(held) } : wanted;
            EtcdPackage package = await new PackageResolver(Work.Context.Home).ResolveAsync(same, events, cancellationToken).ConfigureAwait(false);
            Work.Packages[wanted.Platform] = package;
            Work.Spec = Work.Spec with { Version = package.Version };
            // The planner may not have known the version; nothing is written yet.
            if (Work.State.Existing is null) new SettingRules(package.Version, Work.Options.ForceSettings).CheckRelease(Work.Spec.Tuning);
        }
    }

    private IEnumerable<PackageRequest> Requests(EtcdVersion? held) =>
        Work.State.HostsWithoutBinary.Select(Work.State.PlatformOf).Distinct().Select(platform =>
        Work.Options.Package with
        {
            Version = held is { } version ? VersionRequest.For(version) : Work.Options.Package.Version,
            Platform = platform,
        });
}
